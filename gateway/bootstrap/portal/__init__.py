"""Developer portal of a gateway: its pages get plain data, made here of settings and adapters."""
