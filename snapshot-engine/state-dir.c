/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state-dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "space-reserve.h"

#define LOCK_NAME "lock"
/* A crash leaves at most one such file for each name. */
#define TEMPORARY ".new"

struct _FirnStateDir {
    gatomicrefcount references;
    char *path; /* (owned) */
    FirnDurability durability;
    gboolean uses_reserve;
    GMutex mutex; /* guards the following while they are set */
    FirnFileDescriptor directory;
    FirnFileDescriptor lock;
};

FirnStateDir *
firn_state_dir_new(const char *path, FirnDurability durability)
{
    FirnStateDir *self = g_new0(FirnStateDir, 1);

    g_atomic_ref_count_init(&self->references);
    self->path = g_strdup(path);
    self->durability = durability;
    self->directory = -1;
    self->lock = -1;
    g_mutex_init(&self->mutex);
    return self;
}

FirnStateDir *
firn_state_dir_ref(FirnStateDir *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_state_dir_unref(FirnStateDir *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    firn_file_descriptor_clear(&self->directory);
    firn_file_descriptor_clear(&self->lock);
    g_mutex_clear(&self->mutex);
    g_free(self->path);
    g_free(self);
}

void
firn_state_dir_use_reserve(FirnStateDir *self)
{
    self->uses_reserve = TRUE;
}

const char *
firn_state_dir_get_path(FirnStateDir *self)
{
    return self->path;
}

static gboolean
means_full(int error_number)
{
    return error_number == ENOSPC || error_number == EDQUOT;
}

static gboolean
fail(FirnStateDir *self, const char *name, int error_number, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                means_full(error_number) ? FIRN_ENGINE_ERROR_NO_SPACE : FIRN_ENGINE_ERROR_FAILED,
                "%s%s%s: %s",
                self->path,
                name == NULL ? "" : "/",
                name == NULL ? "" : name,
                g_strerror(error_number));
    return FALSE;
}

static gboolean
flush_directory(const char *path)
{
    g_auto(FirnFileDescriptor) file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return file >= 0 && fsync(file) == 0;
}

/* Flushes each new directory into its parent. */
static gboolean
make_directory(FirnStateDir *self, const char *path)
{
    g_autofree char *above = g_path_get_dirname(path);

    if (mkdir(path, 0700) != 0) {
        if (errno == EEXIST)
            return TRUE;
        if (errno != ENOENT || g_str_equal(above, path) || !make_directory(self, above))
            return FALSE;
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return FALSE;
    }
    return self->durability == FIRN_DURABILITY_WHOLE || flush_directory(above);
}

/* Returns -1 with errno set; the caller handles ENOENT. */
static int
open_directory(FirnStateDir *self, gboolean is_made)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    if (self->directory >= 0)
        return self->directory;
    self->directory = open(self->path, flags);
    if (self->directory < 0 && errno == ENOENT && is_made && make_directory(self, self->path))
        self->directory = open(self->path, flags);
    return self->directory;
}

static gboolean
is_plain_name(const char *name)
{
    return *name != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

/* openat2() guarantees that the name stays in the directory. Without it (ENOSYS, or EPERM from a
 * sandbox that does not know it) a plain name and O_NOFOLLOW have the same effect. */
static int
open_beneath(int directory, const char *name, int flags)
{
    struct open_how how = {
        .flags = (guint64)(flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY),
        .mode = (flags & O_CREAT) != 0 ? 0600 : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int file = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);

    if (file >= 0 || (errno != ENOSYS && errno != EPERM))
        return file;
    return openat(directory, name, (int)how.flags, (mode_t)how.mode);
}

gboolean
firn_state_dir_has(FirnStateDir *self, const char *name)
{
    int directory = open_directory(self, FALSE);
    struct stat facts;

    g_return_val_if_fail(is_plain_name(name), FALSE);
    return directory >= 0 && fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
refuse(FirnStateDir *self, const char *name, const char *what, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "%s/%s: %s",
                self->path,
                name,
                what);
    return FALSE;
}

/* Distinguishes an unusual file or a bad disk from a lack of memory or descriptors. */
static gboolean
fail_read(FirnStateDir *self, const char *name, int error_number, GError **error)
{
    if (error_number == ELOOP || error_number == ENXIO || error_number == EIO)
        return refuse(self, name, g_strerror(error_number), error);
    return fail(self, name, error_number, error);
}

static gboolean
read_all(int file, char *text, gsize length, gsize *out_length)
{
    gsize done = 0;

    while (done < length) {
        ssize_t got = read(file, text + done, length - done);

        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return FALSE;
        done += got < 0 ? 0 : (gsize)got;
    }
    text[done] = '\0';
    *out_length = done;
    return TRUE;
}

gboolean
firn_state_dir_read(FirnStateDir *self,
                    const char *name,
                    gsize bytes_max,
                    char **out_text,
                    gsize *out_length,
                    GError **error)
{
    g_auto(FirnFileDescriptor) file = -1;
    g_autofree char *text = NULL;
    int directory = open_directory(self, FALSE);
    struct stat facts;

    g_return_val_if_fail(is_plain_name(name), FALSE);
    *out_text = NULL;
    *out_length = 0;
    if (directory < 0)
        return errno == ENOENT || fail(self, NULL, errno, error);
    file = open_beneath(directory, name, O_RDONLY);
    if (file < 0)
        return errno == ENOENT || fail_read(self, name, errno, error);
    if (fstat(file, &facts) != 0)
        return fail_read(self, name, errno, error);
    if (!S_ISREG(facts.st_mode))
        return refuse(self, name, "it is not a regular file", error);
    if ((guint64)facts.st_size > bytes_max)
        return refuse(self, name, "it is larger than any file that firn writes", error);
    text = g_malloc((gsize)facts.st_size + 1);
    if (!read_all(file, text, (gsize)facts.st_size, out_length))
        return fail_read(self, name, errno, error);
    *out_text = g_steal_pointer(&text);
    return TRUE;
}

static gboolean
write_all(int file, const char *text, gsize length)
{
    while (length > 0) {
        ssize_t done = write(file, text, length);

        if (done < 0 && errno != EINTR)
            return FALSE;
        text += done < 0 ? 0 : done;
        length -= done < 0 ? 0 : (gsize)done;
    }
    return TRUE;
}

static gboolean
write_temporary(FirnStateDir *self, int directory, const char *name, const char *text, gsize length)
{
    g_auto(FirnFileDescriptor) file = -1;

    if (unlinkat(directory, name, 0) != 0 && errno != ENOENT)
        return FALSE;
    file = open_beneath(directory, name, O_WRONLY | O_CREAT | O_EXCL);
    return file >= 0 && write_all(file, text, length) &&
           (self->durability == FIRN_DURABILITY_WHOLE || fsync(file) == 0);
}

/* Returns 0, or what is wrong. */
static int
write_with_reserve(FirnStateDir *self,
                   int directory,
                   const char *name,
                   const char *text,
                   gsize length)
{
    int error_number;

    do {
        if (write_temporary(self, directory, name, text, length))
            return 0;
        error_number = errno;
        unlinkat(directory, name, 0);
    } while (means_full(error_number) && self->uses_reserve &&
             firn_space_reserve_spend(self->path));
    return error_number;
}

static gboolean
is_flushed(FirnStateDir *self, int directory)
{
    return self->durability == FIRN_DURABILITY_WHOLE || fsync(directory) == 0;
}

/* The new contents are visible by now, so a failed flush must not be reported as a failed
 * change. */
static void
settle(FirnStateDir *self, int directory, const char *name)
{
    if (!is_flushed(self, directory))
        g_warning("%s/%s was changed, but the change may be lost after a power failure: %s; check "
                  "its storage",
                  self->path,
                  name,
                  g_strerror(errno));
}

/* Returns the directory, which is to be flushed last; -1 with @error set. */
static int
put_in_place(FirnStateDir *self, const char *name, const char *text, gsize length, GError **error)
{
    g_autofree char *temporary = g_strconcat(name, TEMPORARY, NULL);
    int directory = open_directory(self, TRUE);
    int error_number;

    if (directory < 0) {
        fail(self, NULL, errno, error);
        return -1;
    }
    FIRN_CRASH_POINT("state file: before");
    error_number = write_with_reserve(self, directory, temporary, text, length);
    if (error_number != 0) {
        fail(self, name, error_number, error);
        return -1;
    }
    FIRN_CRASH_POINT("state file: beside the old one");
    if (renameat(directory, temporary, directory, name) != 0) {
        error_number = errno;
        unlinkat(directory, temporary, 0);
        fail(self, name, error_number, error);
        return -1;
    }
    FIRN_CRASH_POINT("state file: in place of the old one");
    return directory;
}

gboolean
firn_state_dir_replace(FirnStateDir *self,
                       const char *name,
                       const char *text,
                       gsize length,
                       GError **error)
{
    int directory;

    g_return_val_if_fail(is_plain_name(name), FALSE);
    directory = put_in_place(self, name, text, length, error);
    if (directory >= 0)
        settle(self, directory, name);
    return directory >= 0;
}

gboolean
firn_state_dir_replace_for_sure(FirnStateDir *self,
                                const char *name,
                                const char *text,
                                gsize length,
                                GError **error)
{
    int directory;

    g_return_val_if_fail(is_plain_name(name), FALSE);
    directory = put_in_place(self, name, text, length, error);
    return directory >= 0 && (is_flushed(self, directory) || fail(self, name, errno, error));
}

int
firn_state_dir_create(FirnStateDir *self, const char *name, GError **error)
{
    int directory = open_directory(self, TRUE);
    int file;

    g_return_val_if_fail(is_plain_name(name), -1);
    file = directory < 0 ? -1 : open_beneath(directory, name, O_RDWR | O_CREAT | O_EXCL);
    if (file < 0)
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    errno == EEXIST     ? FIRN_ENGINE_ERROR_EXISTS
                    : means_full(errno) ? FIRN_ENGINE_ERROR_NO_SPACE
                                        : FIRN_ENGINE_ERROR_FAILED,
                    "%s/%s: %s",
                    self->path,
                    name,
                    g_strerror(errno));
    return file;
}

gboolean
firn_state_dir_remove(FirnStateDir *self, const char *name, GError **error)
{
    int directory = open_directory(self, FALSE);

    g_return_val_if_fail(is_plain_name(name), FALSE);
    if (directory < 0)
        return errno == ENOENT || fail(self, NULL, errno, error);
    FIRN_CRASH_POINT("state file: before its removal");
    if (unlinkat(directory, name, 0) != 0)
        return errno == ENOENT || fail(self, name, errno, error);
    FIRN_CRASH_POINT("state file: removed");
    settle(self, directory, name);
    return TRUE;
}

char *
firn_state_dir_set_aside(FirnStateDir *self, const char *name, const char *suffix, GError **error)
{
    g_autofree char *aside = g_strconcat(name, suffix, NULL);
    int directory = open_directory(self, FALSE);

    g_return_val_if_fail(is_plain_name(name) && is_plain_name(aside), NULL);
    for (guint i = 2; directory >= 0 && firn_state_dir_has(self, aside); i++) {
        g_free(aside);
        aside = g_strdup_printf("%s.%u%s", name, i, suffix);
    }
    if (directory >= 0 && renameat(directory, name, directory, aside) == 0) {
        settle(self, directory, name);
        return g_steal_pointer(&aside);
    }
    fail(self, name, errno, error);
    return NULL;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Returns NULL with errno set on failure. */
static DIR *
open_stream(FirnStateDir *self)
{
    int directory = open_directory(self, FALSE);
    /* Not dup(): a duplicate would share its position in the list of names. */
    int file = directory < 0 ? -1 : openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = file < 0 ? NULL : fdopendir(file);
    int error_number = errno;

    if (stream == NULL && file >= 0)
        close(file);
    errno = error_number;
    return stream;
}

GPtrArray *
firn_state_dir_list(FirnStateDir *self, const char *suffix, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    DIR *stream = open_stream(self);
    const struct dirent *entry;
    int error_number;

    if (stream == NULL && errno != ENOENT) {
        fail(self, NULL, errno, error);
        return NULL;
    }
    errno = 0;
    while (stream != NULL && (entry = readdir(stream)) != NULL)
        if (entry->d_name[0] != '.' && g_str_has_suffix(entry->d_name, suffix))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    error_number = stream == NULL ? 0 : errno;
    if (stream != NULL)
        closedir(stream);
    if (error_number != 0) {
        fail(self, NULL, error_number, error);
        return NULL;
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

void
firn_state_dir_sweep(FirnStateDir *self)
{
    g_autoptr(GPtrArray) left = firn_state_dir_list(self, TEMPORARY, NULL);

    for (guint i = 0; left != NULL && i < left->len; i++) {
        g_autoptr(GError) error = NULL;

        if (!firn_state_dir_remove(self, left->pdata[i], &error))
            g_warning("%s; the file is not needed and can be removed", error->message);
    }
}

static gboolean
refuse_lock(FirnStateDir *self, int file, GError **error)
{
    char owner[24] = "";
    ssize_t length = pread(file, owner, sizeof owner - 1, 0);

    owner[MAX(length, 0)] = '\0';
    g_strchomp(owner);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_IN_USE,
                "another firnd (process %s) uses %s",
                g_ascii_isdigit(*owner) ? owner : "unknown",
                self->path);
    return FALSE;
}

gboolean
firn_state_dir_lock(FirnStateDir *self, GError **error)
{
    /* An OFD lock: closing another descriptor of the file does not release it. */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    g_auto(FirnFileDescriptor) file = -1;
    g_autofree char *owner = g_strdup_printf("%ld\n", (long)getpid());
    int directory = open_directory(self, TRUE);

    if (directory < 0)
        return fail(self, NULL, errno, error);
    file = open_beneath(directory, LOCK_NAME, O_RDWR | O_CREAT);
    if (file < 0)
        return fail(self, LOCK_NAME, errno, error);
    if (fcntl(file, F_OFD_SETLK, &whole) != 0)
        return errno == EAGAIN || errno == EACCES ? refuse_lock(self, file, error)
                                                  : fail(self, LOCK_NAME, errno, error);
    /* For display only: a full disk must not keep firnd from thawing guests. */
    if (ftruncate(file, 0) != 0 || !write_all(file, owner, strlen(owner)))
        g_debug("%s/%s: %s", self->path, LOCK_NAME, g_strerror(errno));
    g_mutex_lock(&self->mutex);
    self->lock = file;
    file = -1;
    g_mutex_unlock(&self->mutex);
    return TRUE;
}
