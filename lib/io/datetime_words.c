// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/datetime_words.h"

#include <string.h>

typedef struct date_word {
    const char *word;
    date_token_kind kind;
    int value;
} date_word;

// English, French, German and Spanish, without accents.
static const date_word words[] = {
    {"january", DATE_MONTH, 1},
    {"february", DATE_MONTH, 2},
    {"march", DATE_MONTH, 3},
    {"april", DATE_MONTH, 4},
    {"may", DATE_MONTH, 5},
    {"june", DATE_MONTH, 6},
    {"july", DATE_MONTH, 7},
    {"august", DATE_MONTH, 8},
    {"september", DATE_MONTH, 9},
    {"october", DATE_MONTH, 10},
    {"november", DATE_MONTH, 11},
    {"december", DATE_MONTH, 12},
    {"jan", DATE_MONTH, 1},
    {"feb", DATE_MONTH, 2},
    {"mar", DATE_MONTH, 3},
    {"apr", DATE_MONTH, 4},
    {"jun", DATE_MONTH, 6},
    {"jul", DATE_MONTH, 7},
    {"aug", DATE_MONTH, 8},
    {"sep", DATE_MONTH, 9},
    {"sept", DATE_MONTH, 9},
    {"oct", DATE_MONTH, 10},
    {"nov", DATE_MONTH, 11},
    {"dec", DATE_MONTH, 12},
    {"janvier", DATE_MONTH, 1},
    {"fevrier", DATE_MONTH, 2},
    {"mars", DATE_MONTH, 3},
    {"avril", DATE_MONTH, 4},
    {"mai", DATE_MONTH, 5},
    {"juin", DATE_MONTH, 6},
    {"juillet", DATE_MONTH, 7},
    {"aout", DATE_MONTH, 8},
    {"septembre", DATE_MONTH, 9},
    {"octobre", DATE_MONTH, 10},
    {"novembre", DATE_MONTH, 11},
    {"decembre", DATE_MONTH, 12},
    {"janv", DATE_MONTH, 1},
    {"fevr", DATE_MONTH, 2},
    {"fev", DATE_MONTH, 2},
    {"avr", DATE_MONTH, 4},
    {"juil", DATE_MONTH, 7},
    {"januar", DATE_MONTH, 1},
    {"janner", DATE_MONTH, 1},
    {"jaenner", DATE_MONTH, 1},
    {"februar", DATE_MONTH, 2},
    {"marz", DATE_MONTH, 3},
    {"maerz", DATE_MONTH, 3},
    {"mrz", DATE_MONTH, 3},
    {"juni", DATE_MONTH, 6},
    {"juli", DATE_MONTH, 7},
    {"oktober", DATE_MONTH, 10},
    {"dezember", DATE_MONTH, 12},
    {"okt", DATE_MONTH, 10},
    {"dez", DATE_MONTH, 12},
    {"enero", DATE_MONTH, 1},
    {"febrero", DATE_MONTH, 2},
    {"marzo", DATE_MONTH, 3},
    {"abril", DATE_MONTH, 4},
    {"mayo", DATE_MONTH, 5},
    {"junio", DATE_MONTH, 6},
    {"julio", DATE_MONTH, 7},
    {"agosto", DATE_MONTH, 8},
    {"septiembre", DATE_MONTH, 9},
    {"setiembre", DATE_MONTH, 9},
    {"octubre", DATE_MONTH, 10},
    {"noviembre", DATE_MONTH, 11},
    {"diciembre", DATE_MONTH, 12},
    {"ene", DATE_MONTH, 1},
    {"abr", DATE_MONTH, 4},
    {"ago", DATE_MONTH, 8},
    {"set", DATE_MONTH, 9},
    {"dic", DATE_MONTH, 12},
    {"monday", DATE_WEEKDAY, 1},
    {"tuesday", DATE_WEEKDAY, 2},
    {"wednesday", DATE_WEEKDAY, 3},
    {"thursday", DATE_WEEKDAY, 4},
    {"friday", DATE_WEEKDAY, 5},
    {"saturday", DATE_WEEKDAY, 6},
    {"sunday", DATE_WEEKDAY, 7},
    {"mon", DATE_WEEKDAY, 1},
    {"tue", DATE_WEEKDAY, 2},
    {"tues", DATE_WEEKDAY, 2},
    {"wed", DATE_WEEKDAY, 3},
    {"thu", DATE_WEEKDAY, 4},
    {"thur", DATE_WEEKDAY, 4},
    {"thurs", DATE_WEEKDAY, 4},
    {"fri", DATE_WEEKDAY, 5},
    {"sat", DATE_WEEKDAY, 6},
    {"sun", DATE_WEEKDAY, 7},
    {"lundi", DATE_WEEKDAY, 1},
    {"mardi", DATE_WEEKDAY, 2},
    {"mercredi", DATE_WEEKDAY, 3},
    {"jeudi", DATE_WEEKDAY, 4},
    {"vendredi", DATE_WEEKDAY, 5},
    {"samedi", DATE_WEEKDAY, 6},
    {"dimanche", DATE_WEEKDAY, 7},
    {"lun", DATE_WEEKDAY, 1},
    {"mer", DATE_WEEKDAY, 3},
    {"jeu", DATE_WEEKDAY, 4},
    {"ven", DATE_WEEKDAY, 5},
    {"sam", DATE_WEEKDAY, 6},
    {"dim", DATE_WEEKDAY, 7},
    {"montag", DATE_WEEKDAY, 1},
    {"dienstag", DATE_WEEKDAY, 2},
    {"mittwoch", DATE_WEEKDAY, 3},
    {"donnerstag", DATE_WEEKDAY, 4},
    {"freitag", DATE_WEEKDAY, 5},
    {"samstag", DATE_WEEKDAY, 6},
    {"sonnabend", DATE_WEEKDAY, 6},
    {"sonntag", DATE_WEEKDAY, 7},
    {"mo", DATE_WEEKDAY, 1},
    {"di", DATE_WEEKDAY, 2},
    {"mi", DATE_WEEKDAY, 3},
    {"do", DATE_WEEKDAY, 4},
    {"fr", DATE_WEEKDAY, 5},
    {"sa", DATE_WEEKDAY, 6},
    {"so", DATE_WEEKDAY, 7},
    {"lunes", DATE_WEEKDAY, 1},
    {"martes", DATE_WEEKDAY, 2},
    {"miercoles", DATE_WEEKDAY, 3},
    {"jueves", DATE_WEEKDAY, 4},
    {"viernes", DATE_WEEKDAY, 5},
    {"sabado", DATE_WEEKDAY, 6},
    {"domingo", DATE_WEEKDAY, 7},
    {"mie", DATE_WEEKDAY, 3},
    {"jue", DATE_WEEKDAY, 4},
    {"vie", DATE_WEEKDAY, 5},
    {"sab", DATE_WEEKDAY, 6},
    {"dom", DATE_WEEKDAY, 7},
    {"am", DATE_PART, PART_AM},
    {"pm", DATE_PART, PART_PM},
    {"h", DATE_UNIT, UNIT_HOUR},
    {"min", DATE_UNIT, UNIT_MINUTE},
    {"t", DATE_T, 0},
    {"uhr", DATE_UHR, 0},
    {"of", DATE_FILL, 0},
    {"at", DATE_FILL, 0},
    {"a", DATE_FILL, 0},
    {"um", DATE_FILL, 0},
    {"de", DATE_FILL, 0},
    {"del", DATE_FILL, 0},
    {"st", DATE_ORDINAL, 0},
    {"nd", DATE_ORDINAL, 0},
    {"rd", DATE_ORDINAL, 0},
    {"th", DATE_ORDINAL, 0},
    {"er", DATE_ORDINAL, 0},
    {"acst", DATE_ZONE, 0},
    {"adt", DATE_ZONE, 0},
    {"aedt", DATE_ZONE, 0},
    {"aest", DATE_ZONE, 0},
    {"ast", DATE_ZONE, 0},
    {"awst", DATE_ZONE, 0},
    {"brt", DATE_ZONE, 0},
    {"bst", DATE_ZONE, 0},
    {"cdt", DATE_ZONE, 0},
    {"cest", DATE_ZONE, 0},
    {"cet", DATE_ZONE, 0},
    {"cst", DATE_ZONE, 0},
    {"eat", DATE_ZONE, 0},
    {"edt", DATE_ZONE, 0},
    {"eest", DATE_ZONE, 0},
    {"eet", DATE_ZONE, 0},
    {"est", DATE_ZONE, 0},
    {"gmt", DATE_ZONE, 0},
    {"hkt", DATE_ZONE, 0},
    {"hst", DATE_ZONE, 0},
    {"ict", DATE_ZONE, 0},
    {"ist", DATE_ZONE, 0},
    {"jst", DATE_ZONE, 0},
    {"kst", DATE_ZONE, 0},
    {"mdt", DATE_ZONE, 0},
    {"msk", DATE_ZONE, 0},
    {"mst", DATE_ZONE, 0},
    {"nzdt", DATE_ZONE, 0},
    {"nzst", DATE_ZONE, 0},
    {"pdt", DATE_ZONE, 0},
    {"pht", DATE_ZONE, 0},
    {"pst", DATE_ZONE, 0},
    {"sast", DATE_ZONE, 0},
    {"sgt", DATE_ZONE, 0},
    {"wast", DATE_ZONE, 0},
    {"west", DATE_ZONE, 0},
    {"wet", DATE_ZONE, 0},
    {"wib", DATE_ZONE, 0},
};

// Chinese, found by how the text goes on: the longer first.
static const date_word chinese[] = {
    {"年", DATE_UNIT, UNIT_YEAR},        {"月", DATE_UNIT, UNIT_MONTH},     {"日", DATE_UNIT, UNIT_DAY},
    {"号", DATE_UNIT, UNIT_DAY},         {"號", DATE_UNIT, UNIT_DAY},       {"时", DATE_UNIT, UNIT_HOUR},
    {"時", DATE_UNIT, UNIT_HOUR},        {"点", DATE_UNIT, UNIT_HOUR},      {"點", DATE_UNIT, UNIT_HOUR},
    {"分", DATE_UNIT, UNIT_MINUTE},      {"秒", DATE_UNIT, UNIT_SECOND},    {"半", DATE_HALF, 0},
    {"上午", DATE_PART, PART_MORNING},   {"早上", DATE_PART, PART_MORNING}, {"早晨", DATE_PART, PART_MORNING},
    {"下午", DATE_PART, PART_AFTERNOON}, {"中午", DATE_PART, PART_NOON},    {"晚上", DATE_PART, PART_EVENING},
    {"凌晨", DATE_PART, PART_DAWN},      {"星期一", DATE_WEEKDAY, 1},       {"星期二", DATE_WEEKDAY, 2},
    {"星期三", DATE_WEEKDAY, 3},         {"星期四", DATE_WEEKDAY, 4},       {"星期五", DATE_WEEKDAY, 5},
    {"星期六", DATE_WEEKDAY, 6},         {"星期日", DATE_WEEKDAY, 7},       {"星期天", DATE_WEEKDAY, 7},
    {"周一", DATE_WEEKDAY, 1},           {"周二", DATE_WEEKDAY, 2},         {"周三", DATE_WEEKDAY, 3},
    {"周四", DATE_WEEKDAY, 4},           {"周五", DATE_WEEKDAY, 5},         {"周六", DATE_WEEKDAY, 6},
    {"周日", DATE_WEEKDAY, 7},
};

// Letters with accents as they stand in the words above, and combining accents.
static const struct {
    const char *from;
    const char *to;
} accents[] = {{"é", "e"},       {"É", "e"},       {"û", "u"},       {"Û", "u"},      {"ä", "a"},
               {"Ä", "a"},       {"á", "a"},       {"Á", "a"},       {"à", "a"},      {"À", "a"},
               {"\xcc\x80", ""}, {"\xcc\x81", ""}, {"\xcc\x82", ""}, {"\xcc\x88", ""}};

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Lower case without accents, in place: no replacement is longer.
static void simplify(char *text)
{
    char *out = text;
    for (const char *p = text; *p != '\0';) {
        size_t taken = 0;
        for (size_t i = 0; (unsigned char)*p >= 0x80 && taken == 0 && i < sizeof accents / sizeof accents[0];
             i++) {
            const size_t len = strlen(accents[i].from);
            if (strncmp(p, accents[i].from, len) == 0) {
                taken = len;
                if (accents[i].to[0] != '\0')
                    *out++ = accents[i].to[0];
            }
        }
        if (taken == 0) {
            *out++ = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
            taken = 1;
        }
        p += taken;
    }
    *out = '\0';
}

static const char *read_number(const char *p, date_token *token)
{
    token->kind = DATE_NUMBER;
    for (; is_digit(*p); p++, token->n++) {
        if (token->n < 9)
            token->value = token->value * 10 + (*p - '0');
    }
    if (token->n > 9)
        token->value = -1;
    return p;
}

// "a.m.", "p. m." and the like; NULL when there is none.
static const char *read_dotted_part(const char *p, date_token *token)
{
    const char first = *p;
    if ((first != 'a' && first != 'p') || p[1] != '.')
        return NULL;
    p += p[2] == ' ' ? 3 : 2;
    if (p[0] != 'm' || p[1] != '.')
        return NULL;
    token->kind = DATE_PART;
    token->value = first == 'a' ? PART_AM : PART_PM;
    return p + 2;
}

// A word of letters with the dot of an abbreviation; NULL: unknown.
static const char *read_word(const char *p, date_token *token)
{
    const char *dotted = read_dotted_part(p, token);
    size_t len = 0;
    if (dotted != NULL)
        return dotted;
    while (is_letter(p[len]))
        len++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(p, words[i].word, len) != 0 || words[i].word[len] != '\0')
            continue;
        token->kind = words[i].kind;
        token->value = words[i].value;
        if (strcmp(words[i].word, "mar") == 0)
            token->weekday = 2; // mardi, martes
        p += len;
        return *p == '.' && (token->kind == DATE_MONTH || token->kind == DATE_WEEKDAY) ? p + 1 : p;
    }
    return NULL;
}

static const char *read_chinese(const char *p, date_token *token)
{
    for (size_t i = 0; i < sizeof chinese / sizeof chinese[0]; i++) {
        const size_t len = strlen(chinese[i].word);
        if (strncmp(p, chinese[i].word, len) != 0)
            continue;
        token->kind = chinese[i].kind;
        token->value = chinese[i].value;
        return p + len;
    }
    return NULL;
}

bool wdm_date_tokens(char *text, date_token tokens[WDM_DATE_TOKENS])
{
    const char *p = text;
    simplify(text);
    for (size_t n = 0; n < WDM_DATE_TOKENS; n++) {
        while (*p == ' ' || *p == '\t')
            p++;
        tokens[n] = (date_token){.kind = DATE_END, .text = p};
        if (*p == '\0')
            return true;
        if (is_digit(*p)) {
            p = read_number(p, &tokens[n]);
        } else if (is_letter(*p)) {
            p = read_word(p, &tokens[n]);
        } else if (strchr("-/.,:()", *p) != NULL) {
            tokens[n].kind = DATE_SIGN;
            tokens[n].value = (unsigned char)*p++;
        } else {
            p = read_chinese(p, &tokens[n]);
        }
        if (p == NULL)
            return false;
    }
    return false;
}
