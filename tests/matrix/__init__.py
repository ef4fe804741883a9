"""Every address with every role: nobody reaches what the matrix does not allow."""
