/** What of a unix socket is the file system's: a port, since sockets are files too. */
export type SocketFiles = {
  kindOf(path: string): Promise<'absent' | 'socket' | 'other'>
  /** A name beside the path for a socket in the making; nothing has it. */
  vacant(path: string): Promise<string>
  /**
   * Gives a socket its permissions, and its name: whatever had the name is gone.
   *
   * @throws ZtpError ZTP_CANNOT_LISTEN
   */
  install(made: string, path: string): Promise<SocketFile>
}

export type SocketFile = {
  /** Removes it, unless another has taken its name since. */
  remove(): Promise<void>
}
