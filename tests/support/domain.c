/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain.h"

#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patience.h"
#include "wire.h"

#define URI           "qemu:///system"
#define LOOK_AGAIN_MS 20

struct FirnTestDomain {
    char *name;  /* (owned) */
    char *file;  /* (owned) its XML */
    int process; /* (owned) pidfd of its QEMU; -1: never started */
};

gboolean
firn_test_domain_is_wanted(void)
{
    return g_strcmp0(g_getenv("FIRN_TEST_SOURCE"), "libvirt") == 0;
}

const char *
firn_test_domain_get_name(FirnTestDomain *self)
{
    return self->name;
}

static int
run_virsh(char **out, GPtrArray *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *output = NULL;
    int status = 0;

    g_spawn_sync(NULL,
                 (char **)words->pdata,
                 NULL,
                 G_SPAWN_SEARCH_PATH,
                 NULL,
                 NULL,
                 &output,
                 &errors,
                 &status,
                 &error);
    g_assert_no_error(error);
    g_test_message("virsh %s: %s", (char *)words->pdata[4], errors);
    if (out != NULL)
        *out = g_strchomp(g_steal_pointer(&output));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int
firn_test_domain_virsh(char **out, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    char *const first[] = {"virsh", "--quiet", "--connect", URI};
    char *word;
    va_list args;

    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(words, first[i]);
    va_start(args, out);
    while ((word = va_arg(args, char *)) != NULL)
        g_ptr_array_add(words, word);
    va_end(args);
    g_ptr_array_add(words, NULL);
    return run_virsh(out, words);
}

G_GNUC_PRINTF(2, 3)
static void
add(GString *xml, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list rest;

    va_start(rest, format);
    text = g_markup_vprintf_escaped(format, rest);
    va_end(rest);
    g_string_append(xml, text);
}

static void
add_ports(GString *xml, const FirnTestDomainHardware *hardware)
{
    add(xml,
        "<serial type='file'><source path='%s/console' append='on'/></serial>"
        "<channel type='unix'><source mode='bind' path='%s/control'/>"
        "<target type='virtio' name='firn.control'/></channel>"
        "<channel type='file'><source path='%s/ack' append='on'/>"
        "<target type='virtio' name='firn.ack'/></channel>",
        hardware->folder,
        hardware->folder,
        hardware->folder);
    if (hardware->has_agent_channel)
        add(xml,
            "<channel type='unix'><source mode='bind' path='%s/qga'/>"
            "<target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
            hardware->folder);
}

static void
add_devices(GString *xml, const FirnTestDomainHardware *hardware)
{
    add(xml,
        "<devices><emulator>%s</emulator>"
        "<controller type='usb' model='none'/><memballoon model='none'/>",
        hardware->emulator);
    for (guint i = 0; hardware->disks[i] != NULL; i++)
        add(xml,
            "<disk type='file' device='disk'><driver name='qemu' type='%s'/>"
            "<source file='%s'/><target dev='vd%c' bus='virtio'/></disk>",
            hardware->disk_format,
            hardware->disks[i],
            'a' + (int)i);
    add_ports(xml, hardware);
    g_string_append(xml, "</devices>");
}

/* Adds the test's own monitor, beside libvirt's. */
static void
add_arguments(GString *xml, const FirnTestDomainHardware *hardware)
{
    g_string_append(xml, "<qemu:commandline>");
    add(xml,
        "<qemu:arg value='-chardev'/>"
        "<qemu:arg value='socket,id=firn-test,path=%s/qmp-test,server=on,wait=off'/>"
        "<qemu:arg value='-mon'/><qemu:arg value='chardev=firn-test,mode=control'/>"
        "<qemu:arg value='-fw_cfg'/><qemu:arg value='name=opt/firn/start,file=%s/start'/>",
        hardware->folder,
        hardware->folder);
    for (guint i = 0; hardware->extra != NULL && hardware->extra[i] != NULL; i++)
        add(xml, "<qemu:arg value='%s'/>", hardware->extra[i]);
    g_string_append(xml, "</qemu:commandline>");
}

static char *
make_xml(const char *name, const FirnTestDomainHardware *hardware)
{
    GString *xml = g_string_new("<domain type='qemu'"
                                " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>");

    add(xml,
        "<name>%s</name><uuid>%s</uuid><memory unit='MiB'>%u</memory><vcpu>1</vcpu>"
        "<os><type arch='x86_64' machine='q35'>hvm</type>",
        name,
        hardware->uuid,
        hardware->memory_mib);
    if (hardware->firmware != NULL)
        add(xml,
            "<loader readonly='yes' type='pflash'>%s</loader><nvram>%s</nvram>",
            hardware->firmware,
            hardware->variables);
    add(xml,
        "<kernel>%s</kernel><initrd>%s</initrd>"
        "<cmdline>%s</cmdline></os><features><acpi/></features>",
        hardware->kernel,
        hardware->initrd,
        hardware->words);
    if (hardware->on_huge_pages)
        g_string_append(xml, "<memoryBacking><hugepages/></memoryBacking>");
    add_devices(xml, hardware);
    add_arguments(xml, hardware);
    g_string_append(xml, "</domain>");
    return g_string_free(xml, FALSE);
}

FirnTestDomain *
firn_test_domain_define(const char *name, const FirnTestDomainHardware *hardware)
{
    FirnTestDomain *self = g_new0(FirnTestDomain, 1);
    g_autofree char *xml = make_xml(name, hardware);
    g_autoptr(GError) error = NULL;

    self->name = g_strdup(name);
    self->file = g_build_filename(hardware->folder, "domain.xml", NULL);
    self->process = -1;
    g_file_set_contents(self->file, xml, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(firn_test_domain_virsh(NULL, "define", self->file, NULL), ==, 0);
    return self;
}

/* Returns 0 if there is none. */
static GPid
read_pid(FirnTestDomain *self)
{
    g_autofree char *path = g_strdup_printf("/run/libvirt/qemu/%s.pid", self->name);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? (GPid)g_ascii_strtoll(text, NULL, 10) : 0;
}

GPid
firn_test_domain_adopt(FirnTestDomain *self)
{
    GPid pid = read_pid(self);

    if (self->process >= 0)
        close(self->process);
    self->process = (int)syscall(SYS_pidfd_open, pid, 0);
    g_assert_cmpint(self->process, >=, 0);
    return pid;
}

GPid
firn_test_domain_start(FirnTestDomain *self)
{
    g_assert_cmpint(self->process, ==, -1);
    g_assert_cmpint(firn_test_domain_virsh(NULL, "start", self->name, NULL), ==, 0);
    return firn_test_domain_adopt(self);
}

static gboolean
wait_process(FirnTestDomain *self, int wait_ms)
{
    struct pollfd wanted = {.fd = self->process, .events = POLLIN};

    return poll(&wanted, 1, wait_ms) == 1;
}

gboolean
firn_test_domain_has_ended(FirnTestDomain *self)
{
    return wait_process(self, 0);
}

/* A domain that was undefined while it ran disappears with its QEMU. */
static gboolean
is_off(FirnTestDomain *self)
{
    g_autofree char *state = NULL;

    return firn_test_domain_virsh(&state, "domstate", self->name, NULL) != 0 ||
           g_str_equal(state, "shut off");
}

/* libvirtd notices the end of a QEMU a little later. */
gboolean
firn_test_domain_is_on(FirnTestDomain *self)
{
    GPid pid = is_off(self) ? 0 : read_pid(self);

    return pid != 0 && kill(pid, 0) == 0;
}

void
firn_test_domain_wait_end(FirnTestDomain *self)
{
    gint64 deadline_us = firn_test_give_up_us();

    g_assert_true(wait_process(self, FIRN_TEST_PATIENCE_S * 1000));
    close(self->process);
    self->process = -1;
    while (!is_off(self)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

void
firn_test_domain_wait_agent(FirnTestDomain *self, gboolean has_agent)
{
    gint64 deadline_us = firn_test_give_up_us();

    for (;;) {
        g_autofree char *xml = NULL;

        g_assert_cmpint(firn_test_domain_virsh(&xml, "dumpxml", self->name, NULL), ==, 0);
        if ((strstr(xml, "name='org.qemu.guest_agent.0' state='connected'") != NULL) == has_agent)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

void
firn_test_domain_free(FirnTestDomain *self)
{
    if (self == NULL)
        return;
    firn_test_domain_virsh(NULL,
                           "undefine",
                           self->name,
                           "--snapshots-metadata",
                           "--keep-nvram",
                           NULL);
    g_free(self->name);
    g_free(self->file);
    g_free(self);
}
