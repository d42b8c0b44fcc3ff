"""Stands in for AWS Lambda's client of the same name, where tests reach no package index."""
