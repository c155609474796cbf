"""The bytes of files: on local disk, in S3, in Azure or in Google Cloud Storage."""
