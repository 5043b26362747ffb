"""What the product reaches beside a naive chat and a plain socket.io server, on this machine."""
