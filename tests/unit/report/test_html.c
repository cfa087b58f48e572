// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/markdown.h"

static void text_is_escaped(void **state)
{
    wdm_buf out = {0};
    (void)state;
    wdm_buf_init(&out, 4096);
    wdm_html_escape(&out, "<script>alert('x' & \"y\")</script>\x01\xe2\x80\xae");
    assert_string_equal(wdm_buf_text(&out),
                        "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;");
    wdm_buf_fini(&out);
}

// RFC 4648, section 10.
static void base64_matches_the_standards_vectors(void **state)
{
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        wdm_buf out = {0};
        wdm_buf_init(&out, 100);
        wdm_base64_put(&out, vectors[i][0], strlen(vectors[i][0]));
        assert_string_equal(wdm_buf_text(&out), vectors[i][1]);
        wdm_buf_fini(&out);
    }
}

static void fill(wdm_doc *doc)
{
    wdm_doc_init(doc);
    doc->title = "A <title>";
    doc->lang = "en";
    wdm_doc_add(doc, WDM_BLOCK_LEAD, "2 of 3 \"series\"");
    wdm_doc_add(doc, WDM_BLOCK_ITEM, "one");
    wdm_doc_add(doc, WDM_BLOCK_ITEM, "two | three");
    wdm_doc_table(doc, "plain", "caption", 2);
    (void)wdm_doc_head(doc, "Site");
    wdm_doc_head(doc, "Value")->numeric = true;
    (void)wdm_doc_head(doc, "A<b>");
    wdm_doc_number(doc, "1.5")->outlined = true;
    wdm_doc_picture(doc, "a picture", "charts/x.png", "<svg></svg>", 11);
}

static void a_document_becomes_one_page_without_scripts(void **state)
{
    wdm_doc doc;
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    const char *html = NULL;
    (void)state;
    fill(&doc);
    wdm_buf_init(&out, 1024 * 1024);
    assert_int_equal(wdm_doc_check(&doc, &err), WDM_OK);
    assert_int_equal(wdm_html_write(&doc, &out, &err), WDM_OK);
    html = wdm_buf_text(&out);
    assert_non_null(strstr(html, "<title>A &lt;title&gt;</title>"));
    assert_non_null(
        strstr(html, "<tr><th scope=\"row\">A&lt;b&gt;</th><td class=\"n outlined \">1.5</td></tr>"));
    assert_non_null(strstr(html, "src=\"data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=\""));
    assert_non_null(strstr(html, "default-src 'none'"));
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "http://"));
    assert_null(strstr(html, "https://"));
    wdm_buf_fini(&out);
    wdm_doc_fini(&doc);
}

static void the_same_document_becomes_markdown(void **state)
{
    wdm_doc doc;
    wdm_buf out = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    fill(&doc);
    wdm_buf_init(&out, 1024 * 1024);
    assert_int_equal(wdm_markdown_write(&doc, &out, &err), WDM_OK);
    assert_string_equal(wdm_buf_text(&out),
                        "# A &lt;title>\n\n**2 of 3 \"series\"**\n\n- one\n- two \\| three\n\n"
                        "| Site | Value |\n|---|---:|\n| A&lt;b> | **1.5** |\n\n"
                        "![a picture](charts/x.png)\n\n");
    wdm_buf_fini(&out);
    wdm_doc_fini(&doc);
}

static void a_cell_outside_a_table_is_an_error(void **state)
{
    wdm_doc doc;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_doc_init(&doc);
    wdm_doc_add(&doc, WDM_BLOCK_PARAGRAPH, "x");
    (void)wdm_doc_cell_add(&doc, "y");
    assert_int_equal(wdm_doc_check(&doc, &err), WDM_E_INTERNAL);
    wdm_doc_fini(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(base64_matches_the_standards_vectors),
        cmocka_unit_test(a_document_becomes_one_page_without_scripts),
        cmocka_unit_test(the_same_document_becomes_markdown),
        cmocka_unit_test(a_cell_outside_a_table_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
