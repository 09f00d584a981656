/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-result.h"

#include "json-write.h"

void
firn_job_result_init(FirnJobResult *self)
{
    self->evidence = NULL;
    g_variant_dict_init(&self->values, NULL);
}

void
firn_job_result_clear(FirnJobResult *self)
{
    g_clear_pointer(&self->evidence, firn_evidence_free);
    g_variant_dict_clear(&self->values);
}

void
firn_job_result_set(FirnJobResult *self, const char *key, GVariant *value)
{
    g_variant_dict_insert_value(&self->values, key, value);
}

static void
show_evidence(FirnJobResult *self)
{
    const FirnEvidence *evidence = self->evidence;
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_evidence_schema, evidence);
    g_autofree char *text = firn_json_write(node, FALSE);

    g_variant_dict_insert(&self->values, "evidence", "s", text);
    g_variant_dict_insert_value(
        &self->values,
        "indications",
        g_variant_new_strv((const char *const *)evidence->indications->pdata,
                           evidence->indications->len));
}

void
firn_job_result_set_evidence(FirnJobResult *self, const FirnEvidence *evidence)
{
    firn_evidence_free(self->evidence);
    self->evidence = firn_evidence_copy(evidence);
    show_evidence(self);
}

GVariant *
firn_job_result_dup(FirnJobResult *self)
{
    g_autoptr(GVariant) result = g_variant_ref_sink(g_variant_dict_end(&self->values));

    g_variant_dict_init(&self->values, result);
    return g_steal_pointer(&result);
}
