/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnStateDir:
 *
 * A directory of firn's own; all of firn's state is written by this class. The first call that
 * needs the directory opens it, the first that writes makes it. After that all files are accessed
 * through that descriptor, even if the path is renamed or replaced. The files are regular files
 * with plain names; symbolic links are never followed. Thread-safe, but two threads must not write
 * the same name at the same time. All functions that access it block.
 */
typedef struct _FirnStateDir FirnStateDir;

/**
 * FirnDurability:
 * @FIRN_DURABILITY_FLUSHED: on stable storage before the call returns
 * @FIRN_DURABILITY_WHOLE: atomic, but lost with the host: for a tmpfs
 *
 * What a change must survive.
 */
typedef enum {
    FIRN_DURABILITY_FLUSHED,
    FIRN_DURABILITY_WHOLE,
} FirnDurability;

/**
 * firn_state_dir_new:
 * @path: the directory; need not exist
 * @durability: of all changes in it
 *
 * Does not access it yet.
 *
 * Returns: (transfer full): the directory
 */
FirnStateDir *firn_state_dir_new(const char *path, FirnDurability durability);

FirnStateDir *firn_state_dir_ref(FirnStateDir *self);

/**
 * firn_state_dir_use_reserve:
 * @self: a directory that has not been used yet
 *
 * Its files may be written with the space reserve (space-reserve.h): those without which no job can
 * end, or delete anything.
 */
void firn_state_dir_use_reserve(FirnStateDir *self);

/**
 * firn_state_dir_unref:
 * @self: (nullable): a directory
 *
 * The last reference closes it and releases its lock.
 */
void firn_state_dir_unref(FirnStateDir *self);

/**
 * firn_state_dir_get_path:
 *
 * Returns: (transfer none): its path, for messages
 */
const char *firn_state_dir_get_path(FirnStateDir *self);

/**
 * firn_state_dir_has:
 * @name: of a file
 *
 * Returns: whether the name exists, readable or not
 */
gboolean firn_state_dir_has(FirnStateDir *self, const char *name);

/**
 * firn_state_dir_read:
 * @name: of a file
 * @bytes_max: maximal size
 * @out_text: (out) (transfer full) (nullable): its contents, NUL-terminated; %NULL if there is no
 * such file
 * @out_length: (out): its length in bytes, without the NUL
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT if it is not a regular file, too long or damaged;
 * %FIRN_ENGINE_ERROR_FAILED if it cannot be read at the moment.
 *
 * Returns: %TRUE if there is no file or it was read
 */
gboolean firn_state_dir_read(FirnStateDir *self,
                             const char *name,
                             gsize bytes_max,
                             char **out_text,
                             gsize *out_length,
                             GError **error);

/**
 * firn_state_dir_replace:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file
 * @text: its new contents
 * @length: its length in bytes
 *
 * Readers see either the old contents or the new. Mode 0600.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED: the file has its old contents
 * then. If only the last flush fails, it has the new contents, and a warning is logged.
 *
 * Returns: %TRUE once the new contents are in place
 */
gboolean firn_state_dir_replace(FirnStateDir *self,
                                const char *name,
                                const char *text,
                                gsize length,
                                GError **error);

/**
 * firn_state_dir_replace_for_sure:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file
 * @text: its new contents
 * @length: its length in bytes
 *
 * As firn_state_dir_replace(), for what must survive a power failure before anything else may
 * happen: if the last flush fails, this fails, too, and the file has either contents.
 *
 * Returns: %TRUE once the new contents are on stable storage
 */
gboolean firn_state_dir_replace_for_sure(FirnStateDir *self,
                                         const char *name,
                                         const char *text,
                                         gsize length,
                                         GError **error);

/**
 * firn_state_dir_create:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file that does not exist
 *
 * For files that are too large to be replaced as a whole. Mode 0600.
 *
 * Errors: %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: a file descriptor, for reading and writing; -1 with @error set
 */
int firn_state_dir_create(FirnStateDir *self, const char *name, GError **error);

/**
 * firn_state_dir_remove:
 * @name: of a file; may be missing
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE once it is removed
 */
gboolean firn_state_dir_remove(FirnStateDir *self, const char *name, GError **error);

/**
 * firn_state_dir_set_aside:
 * @name: of a file that cannot be used, of whatever kind
 * @suffix: what is appended to its name: ".unreadable"
 *
 * Renames it, so that people can examine it. A file that was set aside under that name earlier is
 * kept: a number is added before @suffix then.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): its new name; %NULL with @error set
 */
char *firn_state_dir_set_aside(FirnStateDir *self,
                               const char *name,
                               const char *suffix,
                               GError **error);

/**
 * firn_state_dir_list:
 * @self: a directory; may be missing
 * @suffix: how the names must end
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; the contents are unknown then.
 *
 * Returns: (transfer full) (element-type utf8): the names, sorted; %NULL with @error set
 */
GPtrArray *firn_state_dir_list(FirnStateDir *self, const char *suffix, GError **error);

/**
 * firn_state_dir_sweep:
 * @self: a directory to which no thread is writing; may be missing
 *
 * Removes the temporary files of a writer that was killed.
 */
void firn_state_dir_sweep(FirnStateDir *self);

/**
 * firn_state_dir_lock:
 * @self: a directory; made if missing
 *
 * Locks it for this process, until the last reference is dropped or the process ends in any way. A
 * file "lock" in it contains the process id, for the error message of other processes.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE, naming the process; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if no other process has it locked
 */
gboolean firn_state_dir_lock(FirnStateDir *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnStateDir, firn_state_dir_unref)
