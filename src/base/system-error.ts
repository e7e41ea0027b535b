import { userError, type DatamcError } from './error.js';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  ENOENT: 'no such file or folder',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
};

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'make room, then give the same command again',
  EDQUOT: 'make room, then give the same command again',
  EMFILE: 'raise the limit: ulimit -n 4096',
};

/** Why the system refused a file, in words, or undefined for any other error. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  // DuckDB tells the same in prose.
  if (/^IO Error.*No space left on device/s.test(error.message)) return reasons['ENOSPC'];
  return code === undefined ? undefined : reasons[code];
}

/**
 * What the system refused, as an error that the user can mend; undefined for any other error. A file that is not there is
 * none of these: whoever opens a file of the user's says so himself, and a file of ours that is gone is our fault.
 */
export function systemError(error: unknown): DatamcError | undefined {
  const reason = systemReason(error);
  if (reason === undefined || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  const { code = 'ENOSPC', path, message } = error as NodeJS.ErrnoException;
  return userError(
    {
      code: 'system.file',
      message: path === undefined ? reason : `"${path}": ${reason}`,
      path,
      ...(path === undefined ? { got: message.split('\n', 1)[0] } : {}),
      hint: hints[code] ?? 'choose another place, or mend the rights',
    },
    { cause: error },
  );
}
