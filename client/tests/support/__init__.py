"""What the client's tests share: interpreters, a scripted server, a stage to play on."""
