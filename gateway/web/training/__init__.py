"""Pages of the training course, in the sandbox alone."""
