"""What LocalStack needs to run Writ on a machine without Docker. LocalStack finds it by the entry points beside it."""
