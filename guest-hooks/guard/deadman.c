/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "deadman.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "waiter.h"

#define N_SPARE       4
#define N_SLOTS_MAX   256
#define AGAIN_MS      250
#define AGAIN_LATE_MS 2000
/* So often in a row not frozen: 10 s. */
#define N_QUIET    40
#define DISARM_MS  500
#define LINE_BYTES 8192

typedef struct FirnDeadmanSlot {
    FirnDeadman *deadman; /* (unowned) */
    atomic_int fd;        /* -1: spare, and not used so far */
    atomic_bool is_in_call;
    atomic_uint n_thaws;
    atomic_int error; /* of the last call; -1: there was none */
    unsigned major;
    unsigned minor;
    char path[256];
    char type[32];
} FirnDeadmanSlot;

struct FirnDeadman {
    const FirnThawer *thawer; /* (unowned) */
    int timer;
    int disarm;            /* an eventfd: readable once it is disarmed */
    atomic_uint n_holders; /* threads, and the one that armed it: the last one frees */
    size_t n_slots;        /* with the spare ones */
    atomic_size_t n_used;
    FirnDeadmanSlot slots[N_SLOTS_MAX];
    char line[LINE_BYTES]; /* of the thread that looks for new mounts */
};

static const char *const state_names[] =
    {"idle", "thawed", "not-frozen", "unsupported", "blocked", "failed"};

const char *
firn_thaw_state_get_name(FirnThawState state)
{
    return state_names[state];
}

/* Another file system may be mounted over it. btrfs has other numbers for its subvolumes. */
static int
open_mount(const FirnMount *mount)
{
    int file = open(mount->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat found;

    if (file < 0 || mount->major == 0)
        return file;
    if (fstat(file, &found) == 0 && major(found.st_dev) == mount->major &&
        minor(found.st_dev) == mount->minor)
        return file;
    close(file);
    errno = ESTALE;
    return -1;
}

static int
thaw(int fd)
{
    return ioctl(fd, FITHAW, 0);
}

/* All of each stack is locked in memory. A thread takes 6 KiB of it, with what glibc keeps there.
 */
const FirnThawer firn_thawer_kernel = {"/proc/self/mountinfo", open_mount, thaw, 16384};

static void
leave(FirnDeadman *self)
{
    if (atomic_fetch_sub(&self->n_holders, 1) != 1)
        return;
    close(self->timer);
    close(self->disarm);
    free(self);
}

static bool
is_readable(int fd, int timeout_ms)
{
    struct pollfd source = {.fd = fd, .events = POLLIN};

    return poll(&source, 1, timeout_ms) == 1;
}

/* Returns false if it was disarmed before. */
static bool
wait_expiry(FirnDeadman *self)
{
    struct pollfd sources[] = {
        {.fd = self->disarm, .events = POLLIN},
        {.fd = self->timer,  .events = POLLIN},
    };

    while (poll(sources, 2, -1) <= 0)
        continue;
    return sources[0].revents == 0;
}

/* Until it is frozen no longer. Returns whether it was frozen. */
static bool
thaw_slot(FirnDeadmanSlot *slot)
{
    int fd = atomic_load(&slot->fd);
    bool was_frozen = false;
    int failed;

    if (fd < 0)
        return false;
    do {
        atomic_store(&slot->is_in_call, true);
        failed = slot->deadman->thawer->thaw(fd);
        atomic_store(&slot->error, failed == 0 ? 0 : errno);
        atomic_store(&slot->is_in_call, false);
        if (failed == 0)
            atomic_fetch_add(&slot->n_thaws, 1);
        was_frozen |= failed == 0;
    } while (failed == 0);
    return was_frozen;
}

static void *
run_slot(void *data)
{
    FirnDeadmanSlot *slot = data;
    FirnDeadman *self = slot->deadman;
    unsigned n_quiet = 0;
    bool is_armed = wait_expiry(self);

    while (is_armed) {
        n_quiet = thaw_slot(slot) ? 0 : n_quiet + 1;
        is_armed = !is_readable(self->disarm, n_quiet < N_QUIET ? AGAIN_MS : AGAIN_LATE_MS);
    }
    if (atomic_load(&slot->fd) >= 0)
        close(atomic_load(&slot->fd));
    leave(self);
    return NULL;
}

static bool
is_known(const FirnDeadman *self, const FirnMount *mount)
{
    for (size_t i = 0; i < atomic_load(&self->n_used); i++)
        if (self->slots[i].major == mount->major && self->slots[i].minor == mount->minor)
            return true;
    return false;
}

/* The thread of that slot takes it as soon as it is written. */
static void
use_slot(FirnDeadman *self, const FirnMount *mount, int fd)
{
    size_t index = atomic_load(&self->n_used);
    FirnDeadmanSlot *slot = &self->slots[index];

    slot->major = mount->major;
    slot->minor = mount->minor;
    snprintf(slot->path, sizeof slot->path, "%s", mount->path);
    snprintf(slot->type, sizeof slot->type, "%s", mount->type);
    atomic_store(&self->n_used, index + 1);
    atomic_store(&slot->fd, fd);
}

static void
look_at_line(FirnDeadman *self, char *line)
{
    FirnMount mount;
    int fd;

    if (!firn_mount_parse(line, &mount) || mount.kind != FIRN_MOUNT_FREEZABLE ||
        is_known(self, &mount) || atomic_load(&self->n_used) == self->n_slots)
        return;
    fd = self->thawer->open(&mount);
    if (fd >= 0 && is_readable(self->disarm, 0))
        close(fd);
    else if (fd >= 0)
        use_slot(self, &mount, fd);
}

/* Without memory of its own, because that might have to be freed on a disk that is frozen. */
static void
look_for_mounts(FirnDeadman *self)
{
    int file = open(self->thawer->mountinfo, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got;

    while (file >= 0 &&
           (got = read(file, self->line + length, sizeof self->line - 1 - length)) > 0) {
        char *at = self->line;
        char *end;

        length += (size_t)got;
        self->line[length] = '\0';
        for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
            *end = '\0';
            look_at_line(self, at);
        }
        length -= (size_t)(at - self->line);
        memmove(self->line, at, length + 1);
    }
    if (file >= 0)
        close(file);
}

/* Opening may block, so that it has a thread to itself. */
static void *
run_search(void *data)
{
    FirnDeadman *self = data;

    if (wait_expiry(self))
        look_for_mounts(self);
    leave(self);
    return NULL;
}

static int
make_timer(void)
{
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);

    return timer >= 0 ? timer : timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

static void
set_timer(FirnDeadman *self, int64_t timeout_ms)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000}
    };

    /* Zeros would stop it. */
    if (timeout_ms == 0)
        when.it_value.tv_nsec = 1;
    timerfd_settime(self->timer, 0, &when, NULL);
}

/* A mount point that is hidden under another one, qemu-ga does not reach either. */
static bool
open_mounts(FirnDeadman *self, const FirnMounts *mounts, FirnReason *reason)
{
    for (size_t i = 0; i < mounts->count; i++) {
        const FirnMount *mount = &mounts->mounts[i];
        int fd;

        if (mount->kind != FIRN_MOUNT_FREEZABLE || is_known(self, mount))
            continue;
        if (atomic_load(&self->n_used) + N_SPARE == N_SLOTS_MAX)
            return firn_reason_set(reason, "more than %d file systems", N_SLOTS_MAX - N_SPARE);
        fd = self->thawer->open(mount);
        if (fd < 0 && errno != ESTALE)
            return firn_reason_set(reason, "%s: %s", mount->path, strerror(errno));
        if (fd >= 0)
            use_slot(self, mount, fd);
    }
    self->n_slots = atomic_load(&self->n_used) + N_SPARE;
    return true;
}

/* A page that only catches overflows would be locked, too. */
static void
set_stack(pthread_attr_t *attributes, size_t bytes)
{
    size_t least = (size_t)PTHREAD_STACK_MIN;

    pthread_attr_setstacksize(attributes, bytes > least ? bytes : least);
    pthread_attr_setguardsize(attributes, 0);
}

static bool
start_thread(FirnDeadman *self, void *(*run)(void *data), void *data)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int error;

    atomic_fetch_add(&self->n_holders, 1);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    set_stack(&attributes, self->thawer->stack_bytes);
    error = pthread_create(&thread, &attributes, run, data);
    pthread_attr_destroy(&attributes);
    if (error == 0)
        return true;
    atomic_fetch_sub(&self->n_holders, 1);
    errno = error;
    return false;
}

/* A slot's thread closes its descriptor: here those without one. */
static bool
start_threads(FirnDeadman *self, FirnReason *reason)
{
    size_t started = 0;

    while (started < self->n_slots && start_thread(self, run_slot, &self->slots[started]))
        started++;
    if (started == self->n_slots && start_thread(self, run_search, self))
        return true;
    firn_reason_set(reason, "thread: %s", strerror(errno));
    for (size_t i = started; i < self->n_slots; i++)
        if (atomic_load(&self->slots[i].fd) >= 0)
            close(atomic_load(&self->slots[i].fd));
    return false;
}

static FirnDeadman *
make_deadman(const FirnThawer *thawer)
{
    FirnDeadman *self = calloc(1, sizeof *self);

    if (self == NULL)
        return NULL;
    self->thawer = thawer;
    self->timer = make_timer();
    self->disarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_store(&self->n_holders, 1);
    for (size_t i = 0; i < N_SLOTS_MAX; i++) {
        self->slots[i].deadman = self;
        atomic_store(&self->slots[i].fd, -1);
        atomic_store(&self->slots[i].error, -1);
    }
    if (self->timer >= 0 && self->disarm >= 0)
        return self;
    leave(self);
    return NULL;
}

static void
close_slots(FirnDeadman *self)
{
    for (size_t i = 0; i < atomic_load(&self->n_used); i++)
        close(atomic_load(&self->slots[i].fd));
}

FirnDeadman *
firn_deadman_arm(const FirnMounts *mounts,
                 int64_t timeout_ms,
                 const FirnThawer *thawer,
                 FirnReason *reason)
{
    FirnDeadman *self = make_deadman(thawer);

    if (self == NULL) {
        firn_reason_set(reason, "timer: %s", strerror(errno));
        return NULL;
    }
    if (!open_mounts(self, mounts, reason)) {
        close_slots(self);
        leave(self);
        return NULL;
    }
    if (!start_threads(self, reason)) {
        firn_deadman_disarm(self);
        return NULL;
    }
    set_timer(self, timeout_ms);
    return self;
}

int
firn_deadman_get_timer(const FirnDeadman *self)
{
    return self->timer;
}

bool
firn_deadman_has_expired(const FirnDeadman *self)
{
    return is_readable(self->timer, 0);
}

void
firn_deadman_expire(FirnDeadman *self)
{
    if (!firn_deadman_has_expired(self))
        set_timer(self, 0);
}

static FirnThawState
get_state(const FirnDeadmanSlot *slot)
{
    if (atomic_load(&slot->is_in_call))
        return FIRN_THAW_BLOCKED;
    if (atomic_load(&slot->n_thaws) > 0)
        return FIRN_THAW_THAWED;
    switch (atomic_load(&slot->error)) {
    case -1:
        return FIRN_THAW_IDLE;
    case EINVAL:
        return FIRN_THAW_NOT_FROZEN;
    case EOPNOTSUPP:
    case ENOTTY:
        return FIRN_THAW_UNSUPPORTED;
    default:
        return FIRN_THAW_FAILED;
    }
}

static bool
have_all_answered(const FirnDeadman *self)
{
    for (size_t i = 0; i < atomic_load(&self->n_used); i++) {
        FirnThawState state = get_state(&self->slots[i]);

        if (state == FIRN_THAW_IDLE || state == FIRN_THAW_BLOCKED)
            return false;
    }
    return true;
}

bool
firn_deadman_wait_answers(FirnDeadman *self, int64_t end_ms)
{
    while (!have_all_answered(self) && firn_clock_ms() < end_ms)
        poll(NULL, 0, 10);
    return have_all_answered(self);
}

bool
firn_deadman_get_result(const FirnDeadman *self, size_t index, FirnThawResult *out)
{
    const FirnDeadmanSlot *slot = &self->slots[index];

    if (index >= atomic_load(&self->n_used))
        return false;
    snprintf(out->path, sizeof out->path, "%s", slot->path);
    snprintf(out->device, sizeof out->device, "%u:%u", slot->major, slot->minor);
    snprintf(out->type, sizeof out->type, "%s", slot->type);
    out->state = get_state(slot);
    return true;
}

void
firn_deadman_disarm(FirnDeadman *self)
{
    int64_t end_ms = firn_clock_ms() + DISARM_MS;
    uint64_t one = 1;

    if (self == NULL)
        return;
    (void)!write(self->disarm, &one, sizeof one);
    while (atomic_load(&self->n_holders) > 1 && firn_clock_ms() < end_ms)
        poll(NULL, 0, 1);
    leave(self);
}
