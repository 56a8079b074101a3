/** Folders of a partner's server by FTP or SFTP; '' is the folder after login. */

/** `folder/name`; a name alone in the folder after login. */
export function joinPath(folder: string, name: string): string {
  if (folder === '') return name;
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** The folder in words. */
export function describeFolder(folder: string): string {
  return folder === '' ? 'the folder after login' : folder;
}
