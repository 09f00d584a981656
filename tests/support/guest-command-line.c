/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-command-line.h"

#include "disk-image.h"
#include "flash.h"
#include "guest-image.h"
#include "guest-options.h"

G_GNUC_PRINTF(2, 3)
static void
add_words(GPtrArray *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) words = NULL;
    va_list rest;

    va_start(rest, format);
    text = g_strdup_vprintf(format, rest);
    va_end(rest);
    words = g_strsplit(text, " ", 0);
    for (guint i = 0; words[i] != NULL; i++)
        g_ptr_array_add(self, g_strdup(words[i]));
}

static void
add_socket(GPtrArray *self, FirnTestGuest *guest, const char *id, const char *name)
{
    add_words(self,
              "-chardev socket,id=%s,path=%s,server=on,wait=off",
              id,
              firn_test_guest_get_path(guest, name));
}

static void
add_disk(GPtrArray *self, FirnTestGuest *guest, const FirnTestGuestOptions *options, guint index)
{
    const char letter[] = {(char)('a' + index), '\0'};
    const char *path = firn_test_guest_get_disk(guest, index);
    g_autofree char *format = firn_test_guest_options_dup_format(options, index);

    add_words(self,
              "-drive if=none,id=vd%s,node-name=node-vd%s,format=%s,file.driver=%s,"
              "file.filename=%s -device virtio-blk-pci,drive=vd%s",
              letter,
              letter,
              format,
              firn_test_disk_image_is_device(path) ? "host_device" : "file",
              path,
              letter);
}

static void
add_memory(GPtrArray *self, const FirnTestGuestOptions *options)
{
    guint mib = firn_test_guest_options_get_memory_mib(options);

    add_words(self, "-m %u", mib);
    if (options->on_huge_pages)
        add_words(self,
                  "-object memory-backend-memfd,id=ram0,size=%uM,hugetlb=on,share=off "
                  "-machine memory-backend=ram0",
                  mib);
}

static void
add_machine(GPtrArray *self, FirnTestGuest *guest, const FirnTestGuestOptions *options)
{
    g_autofree char *kernel = firn_test_guest_image_file("vmlinuz");
    g_autofree char *initrd = firn_test_guest_image_file("initrd");

    g_ptr_array_add(self, firn_test_guest_image_dup_qemu());
    add_words(self,
              "-accel tcg -M q35 -display none -nodefaults -uuid %s",
              firn_test_guest_get_uuid(guest));
    add_memory(self, options);
    add_words(self, "-kernel %s -initrd %s -append", kernel, initrd);
    g_ptr_array_add(self, g_strdup(FIRN_TEST_GUEST_KERNEL_WORDS));
    add_words(self,
              "-fw_cfg name=opt/firn/start,file=%s",
              firn_test_guest_get_path(guest, "start"));
    add_words(self,
              "-chardev file,id=console,append=on,path=%s -serial chardev:console",
              firn_test_guest_get_path(guest, "console"));
    add_socket(self, guest, "qmp0", "qmp");
    add_socket(self, guest, "qmp1", "qmp-test");
    add_words(self, "-mon chardev=qmp0,mode=control -mon chardev=qmp1,mode=control");
}

static void
add_ports(GPtrArray *self, FirnTestGuest *guest, const FirnTestGuestOptions *options)
{
    add_words(self, "-device virtio-serial-pci");
    if (!options->without_agent_channel) {
        add_socket(self, guest, "qga0", "qga");
        add_words(self,
                  "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0,id=qgaport");
    }
    add_socket(self, guest, "control0", "control");
    add_words(self, "-device virtserialport,chardev=control0,name=firn.control,id=controlport");
    add_words(self,
              "-chardev file,id=ack0,append=on,path=%s "
              "-device virtserialport,chardev=ack0,name=firn.ack,id=ackport",
              firn_test_guest_get_path(guest, "ack"));
}

GPtrArray *
firn_test_guest_command_line_new(FirnTestGuest *guest, const FirnTestGuestOptions *options)
{
    GPtrArray *self = g_ptr_array_new_with_free_func(g_free);

    add_machine(self, guest, options);
    if (options->firmware != NULL)
        add_words(self,
                  FIRN_TEST_FLASH_WORDS,
                  options->firmware,
                  firn_test_guest_get_path(guest, "vars.fd"));
    add_ports(self, guest, options);
    for (guint i = 0; i < options->n_disks; i++)
        add_disk(self, guest, options, i);
    for (guint i = 0; options->extra != NULL && options->extra[i] != NULL; i++)
        g_ptr_array_add(self, g_strdup(options->extra[i]));
    return self;
}
