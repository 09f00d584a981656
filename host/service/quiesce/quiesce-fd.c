/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-fd.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

#include "engine-enums.h"
#include "enum-nick.h"
#include "host-error.h"
#include "json-write.h"
#include "printable.h"

/* How long the error of a failed call is delayed until the other guests are thawed. */
#define THAW_TIMEOUT_S 10

struct _FirnQuiesceFd {
    GPtrArray *members; /* (owned) (element-type Member) */
    guint frozen;       /* number of members that are or were frozen */
    guint living;       /* number of members that have not ended */
    gboolean is_begun;
    FirnQuiesceSettled on_settled; /* (nullable) until it was called */
    gpointer user_data;
    GError *failure;    /* (owned) (nullable) why the guests could not all be frozen */
    guint thaw_timeout; /* source id; 0: none */
    int fd;             /* firnd's end of the socket pair; -1: not opened, or closed */
    guint fd_source;    /* source id; 0: none */
    gboolean is_released;
    char *broken_by; /* (owned) (nullable) the VM whose freeze window ended before the holder
                      * released it */
};

typedef struct {
    FirnQuiesceFd *lease;      /* (unowned) */
    FirnVm *vm;                /* (owned) */
    FirnQuiesceHolder *holder; /* (owned) (nullable) */
} Member;

static void
member_free(gpointer data)
{
    Member *member = data;

    firn_quiesce_holder_free(member->holder);
    g_object_unref(member->vm);
    g_free(member);
}

static void
free_lease(FirnQuiesceFd *self)
{
    g_clear_handle_id(&self->thaw_timeout, g_source_remove);
    g_clear_handle_id(&self->fd_source, g_source_remove);
    if (self->fd != -1)
        g_close(self->fd, NULL);
    g_ptr_array_unref(self->members);
    g_clear_error(&self->failure);
    g_free(self->broken_by);
    g_free(self);
}

static void
release_hold(FirnQuiesceFd *self)
{
    self->is_released = TRUE;
    for (guint i = 0; i < self->members->len; i++) {
        Member *member = self->members->pdata[i];

        if (member->holder != NULL)
            firn_quiesce_holder_release(member->holder);
    }
}

static void
settle(FirnQuiesceFd *self, const GError *error)
{
    FirnQuiesceSettled on_settled = self->on_settled;

    self->on_settled = NULL;
    g_clear_handle_id(&self->thaw_timeout, g_source_remove);
    if (on_settled != NULL)
        on_settled(self, error, self->user_data);
}

static gboolean
on_thaw_timeout(gpointer user_data)
{
    FirnQuiesceFd *self = user_data;
    g_autoptr(GError) error = g_error_copy(self->failure);
    g_autofree char *so_far = g_strdup(error->message);

    self->thaw_timeout = 0;
    g_free(error->message);
    error->message =
        g_strdup_printf("%s; other guests that were frozen are still being thawed, see: firn jobs",
                        so_far);
    settle(self, error);
    return G_SOURCE_REMOVE;
}

static gboolean
is_all_frozen(FirnQuiesceFd *self)
{
    return self->failure == NULL && self->on_settled != NULL && self->frozen == self->members->len;
}

/* May free @self. */
static void
consider(FirnQuiesceFd *self)
{
    if (!self->is_begun)
        return;
    if (is_all_frozen(self))
        settle(self, NULL);
    else if (self->failure != NULL && self->living == 0)
        settle(self, self->failure);
    else if (self->failure != NULL && self->on_settled != NULL && self->thaw_timeout == 0)
        self->thaw_timeout = g_timeout_add_seconds(THAW_TIMEOUT_S, on_thaw_timeout, self);
    if (self->living == 0)
        free_lease(self);
}

static void
fail(FirnQuiesceFd *self, GError *reason)
{
    if (self->failure == NULL)
        self->failure = reason;
    else
        g_error_free(reason);
    release_hold(self);
}

static void
on_frozen(FirnQuiesceHolder *holder, gpointer user_data)
{
    Member *member = user_data;

    member->lease->frozen++;
    consider(member->lease);
}

static char *
describe(Member *member, const FirnQuiesceSessionOutcome *outcome)
{
    FirnQuiesceFd *self = member->lease;
    gboolean is_held = outcome->is_held && self->broken_by == NULL;
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    g_autoptr(JsonObject) object = json_object_new();
    g_autofree char *reason = NULL;
    g_autofree char *json = NULL;

    if (outcome->reason != NULL)
        reason = firn_printable(outcome->reason->message);
    else if (!is_held)
        reason = g_strdup_printf("the freeze window of %s ended early", self->broken_by);
    json_object_set_string_member(object, "name", firn_vm_get_name(member->vm));
    json_object_set_string_member(object, "uuid", firn_vm_get_uuid(member->vm));
    json_object_set_boolean_member(object, "held", is_held);
    json_object_set_string_member(
        object,
        "verdict",
        firn_enum_to_nick(FIRN_TYPE_VERDICT, is_held ? outcome->verdict : FIRN_VERDICT_CRASH));
    json_object_set_string_member(object, "reason", is_held ? "" : reason);
    json_object_set_int_member(object, "frozen-for", outcome->frozen_for_us);
    json_node_set_object(node, object);
    json = firn_json_write(node, FALSE);
    return g_strconcat(json, "\n", NULL);
}

/* Ignores a holder that is gone; the few lines always fit into the socket's buffer. */
static void
tell(Member *member, const FirnQuiesceSessionOutcome *outcome)
{
    g_autofree char *line = describe(member, outcome);

    if (send(member->lease->fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        g_debug("the holder of a quiesce session is gone, its outcome was not sent: %s",
                g_strerror(errno));
}

static GError *
name_vm(FirnVm *vm, const GError *reason)
{
    GError *named = reason == NULL ? g_error_new(FIRN_HOST_ERROR,
                                                 FIRN_HOST_ERROR_FREEZE_EXPIRED,
                                                 "thawed before all guests were frozen")
                                   : g_error_copy(reason);

    g_prefix_error(&named, "%s: ", firn_vm_get_name(vm));
    return named;
}

static void
on_ended(FirnQuiesceHolder *holder, const FirnQuiesceSessionOutcome *outcome, gpointer user_data)
{
    Member *member = user_data;
    FirnQuiesceFd *self = member->lease;

    self->living--;
    if (self->on_settled != NULL)
        fail(self, name_vm(member->vm, outcome->reason));
    else if (!self->is_released && self->broken_by == NULL)
        self->broken_by = g_strdup(firn_vm_get_name(member->vm));
    if (self->fd != -1)
        tell(member, outcome);
    /* All members share one freeze window: the end of one ends all. */
    release_hold(self);
    consider(self);
}

static void
add(FirnQuiesceFd *self,
    FirnJobs *jobs,
    FirnVm *vm,
    const FirnFreezeLimits *limits,
    const FirnQuiesceHolderOwner *owner)
{
    Member *member = g_new0(Member, 1);
    const FirnQuiesceHolderOwner mine = {owner->uid, owner->pid, on_frozen, on_ended, member};
    GError *error = NULL;

    member->lease = self;
    member->vm = g_object_ref(vm);
    g_ptr_array_add(self->members, member);
    member->holder = firn_quiesce_job_hold(jobs, vm, limits, &mine, &error);
    if (member->holder == NULL) {
        fail(self, error);
        return;
    }
    self->living++;
    if (firn_quiesce_holder_get_until_us(member->holder) != 0)
        self->frozen++;
}

FirnQuiesceFd *
firn_quiesce_fd_begin(FirnJobs *jobs,
                      GPtrArray *vms,
                      const FirnFreezeLimits *limits,
                      const FirnQuiesceHolderOwner *owner,
                      FirnQuiesceSettled on_settled,
                      gpointer user_data)
{
    FirnQuiesceFd *self = g_new0(FirnQuiesceFd, 1);
    gboolean will_settle;

    self->members = g_ptr_array_new_with_free_func(member_free);
    self->on_settled = on_settled;
    self->user_data = user_data;
    self->fd = -1;
    for (guint i = 0; i < vms->len && self->failure == NULL; i++)
        add(self, jobs, vms->pdata[i], limits, owner);
    self->is_begun = TRUE;
    will_settle = is_all_frozen(self) || self->living == 0;
    consider(self);
    return will_settle ? NULL : self;
}

void
firn_quiesce_fd_abandon(FirnQuiesceFd *self)
{
    self->on_settled = NULL;
    g_clear_handle_id(&self->thaw_timeout, g_source_remove);
    release_hold(self);
}

gint64
firn_quiesce_fd_get_expires_us(FirnQuiesceFd *self)
{
    gint64 expires_us = G_MAXINT64;

    for (guint i = 0; i < self->members->len; i++) {
        Member *member = self->members->pdata[i];

        expires_us = MIN(expires_us, firn_quiesce_holder_get_until_us(member->holder));
    }
    return expires_us;
}

/* End of file, the death of the holder, or any bytes: each ends the quiesce session. */
static gboolean
on_fd(int fd, GIOCondition condition, gpointer user_data)
{
    FirnQuiesceFd *self = user_data;

    self->fd_source = 0;
    release_hold(self);
    return G_SOURCE_REMOVE;
}

int
firn_quiesce_fd_open(FirnQuiesceFd *self, GError **error)
{
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        g_set_error(error,
                    G_IO_ERROR,
                    g_io_error_from_errno(errno),
                    "cannot create the socket pair of a quiesce session: %s",
                    g_strerror(errno));
        release_hold(self);
        return -1;
    }
    self->fd = fds[0];
    self->fd_source = g_unix_fd_add(self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_fd, self);
    return fds[1];
}
