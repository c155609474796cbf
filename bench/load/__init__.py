"""Load generators: raw asyncio clients that note each token's arrival and check its order."""
