/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <unistd.h>

#include "firn-config.h"
#include "firnd-rig.h"

#define WEB1          FIRN_BUS_PATH "/vm/_11111111_1111_4222_8333_123456789abc"
#define LATE_MS       1000
#define PATIENCE_US   (10 * G_USEC_PER_SEC)
#define LOOK_AGAIN_US (20 * 1000)
#define POLKIT_NAME   "org.freedesktop.PolicyKit1"
#define POLKIT_PATH   "/org/freedesktop/PolicyKit1/Authority"

static const char polkit_xml[] =
    "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
    "<method name='CheckAuthorization'>"
    "<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/></method>"
    "<property name='BackendName' type='s' access='read'/>"
    "<property name='BackendVersion' type='s' access='read'/>"
    "<property name='BackendFeatures' type='u' access='read'/>"
    "<signal name='Changed'/></interface></node>";

/* A caller without privileges, and a polkit that answers as the test says. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    guint object;         /* of the fake polkit; 0: none */
    guint name;
    gboolean is_named;
    gboolean is_authorized;
    gboolean is_challenge;
    gboolean is_slow; /* the VM is removed before polkit answers */
    guint n_asked;
    char *action;    /* (owned) (nullable) of the last check */
    char *vm_name;   /* (owned) (nullable) */
    char *vm_uuid;   /* (owned) (nullable) */
    char *vm_source; /* (owned) (nullable) */
    const char
        *refused; /* (nullable) the only action that is denied, whatever is_authorized says */
} Fixture;

static gboolean
has_vm(Fixture *self)
{
    g_autoptr(GVariant) reply =
        firn_test_firnd_call(self->firnd, WEB1 + strlen(FIRN_BUS_PATH), "VM.GetTree", NULL, NULL);

    return reply != NULL;
}

static void
await_vm(Fixture *self, gboolean is_there)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (has_vm(self) != is_there) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
remove_vm(Fixture *self)
{
    g_assert_no_errno(g_unlink(firn_test_firnd_get_path(self->firnd, "etc/machines.d/web1.conf")));
    await_vm(self, FALSE);
}

static void
on_call(GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface,
        const char *method,
        GVariant *parameters,
        GDBusMethodInvocation *invocation,
        gpointer user_data)
{
    Fixture *self = user_data;
    g_autoptr(GVariant) details = g_variant_get_child_value(parameters, 2);

    self->n_asked++;
    g_clear_pointer(&self->action, g_free);
    g_clear_pointer(&self->vm_name, g_free);
    g_clear_pointer(&self->vm_uuid, g_free);
    g_clear_pointer(&self->vm_source, g_free);
    g_variant_get_child(parameters, 1, "s", &self->action);
    g_variant_lookup(details, "vm.name", "s", &self->vm_name);
    g_variant_lookup(details, "vm.uuid", "s", &self->vm_uuid);
    g_variant_lookup(details, "vm.source", "s", &self->vm_source);
    if (self->is_slow)
        remove_vm(self);
    g_dbus_method_invocation_return_value(
        invocation,
        g_variant_new("((bba{ss}))",
                      self->refused == NULL ? self->is_authorized
                                            : !g_str_has_suffix(self->action, self->refused),
                      self->is_challenge,
                      NULL));
}

static GVariant *
on_get(GDBusConnection *connection,
       const char *sender,
       const char *path,
       const char *interface,
       const char *property,
       GError **error,
       gpointer user_data)
{
    return g_str_equal(property, "BackendFeatures") ? g_variant_new_uint32(0)
                                                    : g_variant_new_string("test");
}

static void
on_named(GDBusConnection *connection, const char *name, gpointer user_data)
{
    ((Fixture *)user_data)->is_named = TRUE;
}

static gboolean
is_named(gpointer data)
{
    return ((Fixture *)data)->is_named;
}

static void
start_polkit(Fixture *self)
{
    static const GDBusInterfaceVTable vtable = {on_call, on_get, NULL, {0}};
    GDBusConnection *connection = firn_test_firnd_get_connection(self->firnd);
    g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(polkit_xml, NULL);

    self->object = g_dbus_connection_register_object(connection,
                                                     POLKIT_PATH,
                                                     info->interfaces[0],
                                                     &vtable,
                                                     self,
                                                     NULL,
                                                     NULL);
    g_assert_cmpuint(self->object, !=, 0);
    self->name = g_bus_own_name_on_connection(connection,
                                              POLKIT_NAME,
                                              G_BUS_NAME_OWNER_FLAGS_NONE,
                                              on_named,
                                              NULL,
                                              self,
                                              NULL);
    g_assert_true(firn_test_firnd_wait(is_named, self));
}

/* Delays the first check, which asks for polkit itself. */
typedef struct {
    GDBusConnection *connection; /* (unowned) */
    GDBusMessage *question;      /* (owned) (nullable) */
} Introduction;

static gboolean
introduce(gpointer data)
{
    Introduction *self = data;
    g_autoptr(GDBusMessage) answer = g_dbus_message_new_method_reply(self->question);

    g_dbus_message_set_body(answer, g_variant_new_parsed("({'BackendName': <'test'>},)"));
    g_dbus_connection_send_message(self->connection,
                                   answer,
                                   G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                   NULL,
                                   NULL);
    return G_SOURCE_REMOVE;
}

static GDBusMessage *
keep_question(GDBusConnection *connection,
              GDBusMessage *message,
              gboolean is_incoming,
              gpointer user_data)
{
    Introduction *self = user_data;

    if (!is_incoming || self->question != NULL ||
        g_strcmp0(g_dbus_message_get_member(message), "GetAll") != 0 ||
        g_strcmp0(g_dbus_message_get_path(message), POLKIT_PATH) != 0)
        return message;
    self->question = message;
    g_timeout_add(LATE_MS, introduce, self);
    return NULL;
}

static void
set_up(Fixture *self, gconstpointer has_polkit)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_be_system(self->firnd);
    firn_test_firnd_add_vm(self->firnd, "web1", '1');
    if (has_polkit != NULL)
        start_polkit(self);
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer has_polkit)
{
    if (self->name != 0)
        g_bus_unown_name(self->name);
    if (self->object != 0)
        g_dbus_connection_unregister_object(firn_test_firnd_get_connection(self->firnd),
                                            self->object);
    firn_test_firnd_free(self->firnd);
    g_free(self->action);
    g_free(self->vm_name);
    g_free(self->vm_uuid);
    g_free(self->vm_source);
}

static void
on_ended(GObject *process, GAsyncResult *result, gpointer out)
{
    char **text = out;
    g_autofree char *errors = NULL;
    g_autofree char *output = NULL;

    g_assert_true(g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process),
                                                       result,
                                                       &output,
                                                       &errors,
                                                       NULL));
    *text = g_strconcat(output, errors, NULL);
}

static gboolean
has_text(gpointer data)
{
    return *(char **)data != NULL;
}

/* Calls as uid 65534, and runs the main loop for the fake polkit. */
static char *
call_as_stranger(Fixture *self, const char *object, const char *method, const char *arguments)
{
    g_autofree char *line =
        g_strdup_printf("setpriv --reuid=65534 --regid=65534 --clear-groups gdbus call "
                        "--address %s --dest " FIRN_BUS_NAME " --object-path %s "
                        "--method " FIRN_BUS_NAME ".%s %s",
                        firn_test_firnd_get_bus(self->firnd),
                        object,
                        method,
                        arguments);
    g_auto(GStrv) words = NULL;
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_shell_parse_argv(line, NULL, &words, &error);
    g_assert_no_error(error);
    process = g_subprocess_newv((const char *const *)words,
                                G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                &error);
    g_assert_no_error(error);
    g_subprocess_communicate_utf8_async(process, NULL, NULL, on_ended, &text);
    g_assert_true(firn_test_firnd_wait(has_text, &text));
    return text;
}

static gboolean
can_be_stranger(void)
{
    if (getuid() == 0)
        return TRUE;
    g_test_skip("only root can call as another user");
    return FALSE;
}

static void
test_no_polkit(Fixture *self, gconstpointer data)
{
    g_autofree char *refused = NULL;
    g_autofree char *read = NULL;

    if (!can_be_stranger())
        return;
    refused = call_as_stranger(self, WEB1, "VM.CreateSnapshot", "a {}");
    g_assert_nonnull(strstr(refused, FIRN_BUS_NAME ".Error.NotAuthorized"));
    read = call_as_stranger(self, WEB1, "VM.GetTree", "");
    g_assert_nonnull(strstr(read, "@a(stsass) [])"));
}

static void
test_yes(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    self->is_authorized = TRUE;
    text = call_as_stranger(self, WEB1, "VM.CreateSnapshot", "a {}");
    g_assert_nonnull(strstr(text, "/job/1"));
    g_assert_cmpuint(self->n_asked, ==, 1);
    g_assert_cmpstr(self->action, ==, FIRN_POLKIT_PREFIX ".snapshot-create");
    g_assert_cmpstr(self->vm_name, ==, "web1");
    g_assert_cmpstr(self->vm_uuid, ==, "11111111-1111-4222-8333-123456789abc");
    g_assert_cmpstr(self->vm_source, ==, "direct");
}

static void
assert_asks(Fixture *self, const char *method, const char *arguments, const char *action)
{
    g_autofree char *expected = g_strconcat(FIRN_POLKIT_PREFIX ".", action, NULL);
    g_autofree char *text = call_as_stranger(self, WEB1, method, arguments);

    g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotAuthorized"));
    g_assert_cmpstr(self->action, ==, expected);
}

static void
test_no(Fixture *self, gconstpointer data)
{
    if (!can_be_stranger())
        return;
    assert_asks(self, "VM.CreateSnapshot", "a {}", "snapshot-create");
    assert_asks(self, "VM.PlanSnapshot", "a {}", "snapshot-create");
    assert_asks(self, "VM.DeleteAllSnapshots", "{}", "snapshot-delete");
    assert_asks(self, "VM.Diagnose", "{}", "maintain");
    assert_asks(self, "VM.TestFreeze", "{}", "freeze");
    assert_asks(self, "Policy.Set", "\"{'max-snapshots': '9'}\"", "policy-modify");
    assert_asks(self, "VM.Thaw", "{}", "freeze");
    assert_asks(self, "VM.Adopt", "{}", "snapshot-create");
    assert_asks(self, "VM.Verify", "{}", "maintain");
    g_assert_cmpuint(self->n_asked, ==, 9);
}

/* A user who may verify a VM must not be able to delete its snapshots, or to stop and start it,
 * that way. */
static void
test_repair(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    self->refused = "snapshot-restore";
    assert_asks(self, "VM.Verify", "\"{'repair': <true>}\"", "snapshot-restore");
    g_assert_cmpuint(self->n_asked, ==, 1);
    self->refused = "snapshot-delete";
    assert_asks(self, "VM.Verify", "\"{'repair': <true>}\"", "snapshot-delete");
    g_assert_cmpuint(self->n_asked, ==, 3);
    self->refused = "maintain";
    text = call_as_stranger(self, WEB1, "VM.Verify", "\"{'repair': <true>}\"");
    g_assert_nonnull(strstr(text, "/job/1"));
}

static void
test_host_diagnosis(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    text = call_as_stranger(self, FIRN_BUS_PATH "/Manager", "Manager.Diagnose", "{}");
    g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotAuthorized"));
    g_assert_cmpstr(self->action, ==, FIRN_POLKIT_PREFIX ".maintain");
}

static void
test_quiesce(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    text =
        call_as_stranger(self, FIRN_BUS_PATH "/Manager", "Manager.Quiesce", "\"['" WEB1 "']\" {}");
    g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotAuthorized"));
    g_assert_cmpstr(self->action, ==, FIRN_POLKIT_PREFIX ".freeze");
    g_assert_cmpstr(self->vm_name, ==, "web1");
}

static void
test_challenge(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    self->is_challenge = TRUE;
    text = call_as_stranger(self, WEB1, "VM.CreateSnapshot", "a {}");
    g_assert_nonnull(strstr(text, "InteractiveAuthorizationRequired"));
}

/* The VM's definition is removed while the dialog is open: nothing is started with what firn knew
 * of it. */
static void
test_gone_meanwhile(Fixture *self, gconstpointer data)
{
    static const char *const calls[][2] = {
        {"VM.CreateSnapshot",     "a {}"                      },
        {"VM.PlanSnapshot",       "a {}"                      },
        {"VM.Restore",            "a {}"                      },
        {"VM.PlanRestore",        "a {}"                      },
        {"VM.Undo",               "{}"                        },
        {"VM.ForgetUndo",         "{}"                        },
        {"VM.DeleteAllSnapshots", "{}"                        },
        {"VM.Adopt",              "{}"                        },
        {"VM.Thaw",               "{}"                        },
        {"VM.TestFreeze",         "{}"                        },
        {"VM.Verify",             "{}"                        },
        {"VM.Diagnose",           "{}"                        },
        {"Policy.Set",            "\"{'max-snapshots': '9'}\""},
    };

    if (!can_be_stranger())
        return;
    self->is_authorized = self->is_slow = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_autofree char *text = call_as_stranger(self, WEB1, calls[i][0], calls[i][1]);

        g_test_message("%s: %s", calls[i][0], text);
        g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotFound"));
        g_assert_nonnull(strstr(text, "the definition of web1 is gone"));
        firn_test_firnd_add_vm(self->firnd, "web1", '1');
        await_vm(self, TRUE);
    }
    g_assert_cmpuint(self->n_asked, ==, G_N_ELEMENTS(calls));
}

/* A caller who is not authorized learns nothing about the arguments. */
static void
test_authorise_before_parsing(Fixture *self, gconstpointer data)
{
    g_autofree char *text = NULL;

    if (!can_be_stranger())
        return;
    text = call_as_stranger(self, WEB1, "VM.CreateSnapshot", "a \"{'nonsense': <1>}\"");
    g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotAuthorized"));
    g_assert_null(strstr(text, "nonsense"));
}

static void
test_own_job(Fixture *self, gconstpointer data)
{
    g_autofree char *start = NULL;
    g_autofree char *cancel = NULL;

    if (!can_be_stranger())
        return;
    self->is_authorized = TRUE;
    start = call_as_stranger(self, WEB1, "VM.CreateSnapshot", "a {}");
    self->is_authorized = FALSE;
    cancel = call_as_stranger(self, FIRN_BUS_PATH "/job/1", "Job.Cancel", "{}");
    g_assert_null(strstr(cancel, "NotAuthorized"));
    g_assert_cmpuint(self->n_asked, ==, 1);
}

/* firnd is called before it is connected to polkit. */
static void
test_early(Fixture *self, gconstpointer data)
{
    GDBusConnection *connection = firn_test_firnd_get_connection(self->firnd);
    Introduction introduction = {connection, NULL};
    guint filter;

    if (!can_be_stranger())
        return;
    firn_test_firnd_kill(self->firnd);
    filter = g_dbus_connection_add_filter(connection, keep_question, &introduction, NULL);
    firn_test_firnd_start(self->firnd);
    assert_asks(self, "VM.CreateSnapshot", "a {}", "snapshot-create");
    g_assert_cmpuint(self->n_asked, ==, 1);
    g_dbus_connection_remove_filter(connection, filter);
    g_assert_nonnull(introduction.question);
    g_object_unref(introduction.question);
}

static void
test_job_of_root(Fixture *self, gconstpointer data)
{
    g_autoptr(GVariant) job = NULL;
    g_autofree char *cancel = NULL;

    if (!can_be_stranger())
        return;
    job = firn_test_firnd_call(self->firnd,
                               WEB1 + strlen(FIRN_BUS_PATH),
                               "VM.CreateSnapshot",
                               g_variant_new("(sa{sv})", "a", NULL),
                               NULL);
    g_assert_nonnull(job);
    g_assert_cmpuint(self->n_asked, ==, 0);
    cancel = call_as_stranger(self, FIRN_BUS_PATH "/job/1", "Job.Cancel", "{}");
    g_assert_nonnull(strstr(cancel, FIRN_BUS_NAME ".Error.NotAuthorized"));
    g_assert_cmpstr(self->action, ==, FIRN_POLKIT_PREFIX ".maintain");
}

static void
test_other_bus(void)
{
    Fixture self = {.firnd = firn_test_firnd_new()};
    g_autofree char *text = NULL;

    if (can_be_stranger()) {
        firn_test_firnd_add_vm(self.firnd, "web1", '1');
        firn_test_firnd_start(self.firnd);
        text = call_as_stranger(&self, WEB1, "VM.CreateSnapshot", "a {}");
        g_assert_nonnull(strstr(text, FIRN_BUS_NAME ".Error.NotAuthorized"));
    }
    firn_test_firnd_free(self.firnd);
}

#define ADD(name, has_polkit, function)                                                            \
    g_test_add("/service/authority/" name, Fixture, has_polkit, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    static const char with_polkit[] = "polkit";

    g_test_init(&argc, &argv, NULL);
    ADD("no-polkit", NULL, test_no_polkit);
    ADD("polkit/yes", with_polkit, test_yes);
    ADD("polkit/no", with_polkit, test_no);
    ADD("repair", with_polkit, test_repair);
    ADD("polkit/quiesce", with_polkit, test_quiesce);
    ADD("polkit/host-diagnosis", with_polkit, test_host_diagnosis);
    ADD("polkit/challenge", with_polkit, test_challenge);
    ADD("polkit/gone-meanwhile", with_polkit, test_gone_meanwhile);
    ADD("polkit/authorise-before-parsing", with_polkit, test_authorise_before_parsing);
    ADD("polkit/early", with_polkit, test_early);
    ADD("polkit/own-job", with_polkit, test_own_job);
    ADD("polkit/job-of-root", with_polkit, test_job_of_root);
    g_test_add_func("/service/authority/other-bus", test_other_bus);
    return g_test_run();
}
