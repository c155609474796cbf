// Put here what a deployment wants to run when the page starts.
