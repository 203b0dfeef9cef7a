/*
 * A terminal made by gSOAP from the WSDL alone: client URL CERTIFICATE BILL_CUSTOMER CARD_CUSTOMER
 * TRACE.  Prints `name value` lines, which test_clients.py looks at.
 *
 * The stubs (soapH.h, the name table) are made by wsdl2h and soapcpp2 when the test runs; nothing
 * of GridTill is included here.
 */
#include "TerminalSoap.nsmap"
#include "soapH.h"
#include "wsseapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct client {
    struct soap *soap;
    const char *url;
    long long trace; /* the first; each message adds to it */
    char number[24]; /* room for the trace number of the message now */
};

/* Fills in what every request has, and signs the message. */
#define HEAD(client, request, plus)                                                           \
    do {                                                                                      \
        snprintf((client)->number, sizeof(client)->number, "%lld", (client)->trace + (plus)); \
        (request)->TerminalNo = "T0000001";                                                   \
        (request)->OperatorNo = "900001";                                                     \
        (request)->TraceNo = (client)->number;                                                \
        (request)->SentAt = time(NULL);                                                       \
        sign((client)->soap);                                                                 \
    } while (0)

static void sign(struct soap *soap)
{
    soap_wsse_delete_Security(soap);
    if (soap_wsse_add_UsernameTokenDigest(soap, NULL, "T0000001", "demo-secret-1"))
        exit(3);
}

/* Ends with what gSOAP says if a call failed. */
static void must(struct client *c, int status)
{
    if (status == SOAP_OK)
        return;
    soap_print_fault(c->soap, stderr);
    exit(1);
}

static void sign_on(struct client *c)
{
    struct _ns1__SignOn request = {0};
    struct _ns1__SignOnResponse reply;
    HEAD(c, &request, 0);
    must(c, soap_call___ns1__SignOn(c->soap, c->url, NULL, &request, &reply));
    printf("sign_on %d\nbatch %d\n", reply.ResultCode, reply.BatchNo ? *reply.BatchNo : 0);
}

/* Prints the name and what is due, and gives the latter. */
static void query(struct client *c, char *customer, char due[32])
{
    struct _ns1__QueryCustomer request = {0};
    struct _ns1__QueryCustomerResponse reply;
    long long fen = 0;
    HEAD(c, &request, 10);
    request.__union_QueryCustomer = SOAP_UNION__ns1__union_QueryCustomer_CustomerNo;
    request.union_QueryCustomer.CustomerNo = customer;
    must(c, soap_call___ns1__QueryCustomer(c->soap, c->url, NULL, &request, &reply));
    for (int i = 0; i < reply.__sizeBill; i++) {
        long long yuan, rest;
        if (sscanf(reply.Bill[i].Amount, "%lld.%2lld", &yuan, &rest) == 2)
            fen += yuan * 100 + rest;
    }
    snprintf(due, 32, "%lld.%02lld", fen / 100, fen % 100);
    printf("name %s\ndue %s\n", reply.Customer ? reply.Customer->Name : "", due);
}

/* Pays; gives the transaction number. */
static void pay(struct client *c, char *customer, char *due, char transaction[32])
{
    struct _ns1__PayBill request = {0};
    struct _ns1__PayBillResponse reply;
    HEAD(c, &request, 1);
    request.CustomerNo = customer;
    request.Amount = due;
    request.PaymentMethod = ns1__PaymentMethod__cash;
    must(c, soap_call___ns1__PayBill(c->soap, c->url, NULL, &request, &reply));
    snprintf(transaction, 32, "%s", reply.TransactionNo ? reply.TransactionNo : "");
    printf("pay %d\npay_receipt %s\n", reply.ResultCode, reply.ReceiptNo ? reply.ReceiptNo : "");
}

/* Recharges a card; gives the transaction number. */
static void recharge(struct client *c, char *customer, char transaction[32])
{
    char card_no[40], meter_no[40], *return_file = "01", *random = "00000000000000B2";
    struct ns1__Card card = {.PurchaseCount = 1, .ReturnFile = &return_file, .Random = &random};
    struct _ns1__Recharge request = {0};
    struct _ns1__RechargeResponse reply;
    snprintf(card_no, sizeof card_no, "C%s", customer);
    snprintf(meter_no, sizeof meter_no, "M%s", customer);
    card.CardNo = card_no;
    card.MeterNo = meter_no;
    HEAD(c, &request, 2);
    request.CustomerNo = customer;
    request.Amount = "50.00";
    request.PaymentMethod = ns1__PaymentMethod__cash;
    request.Card = &card;
    must(c, soap_call___ns1__Recharge(c->soap, c->url, NULL, &request, &reply));
    snprintf(transaction, 32, "%s", reply.TransactionNo ? reply.TransactionNo : "");
    printf("recharge %d\n", reply.ResultCode);
    if (reply.CardWrite)
        printf("count %d\nmac1 %s\n", reply.CardWrite->PurchaseCount, reply.CardWrite->Mac1);
}

static void confirm(struct client *c, char *transaction)
{
    struct _ns1__ConfirmCard request = {0};
    struct _ns1__ConfirmCardResponse reply;
    HEAD(c, &request, 3);
    request.TransactionNo = transaction;
    request.Written = xsd__boolean__true_;
    must(c, soap_call___ns1__ConfirmCard(c->soap, c->url, NULL, &request, &reply));
    printf("confirm %d\n", reply.ResultCode);
}

static void reverse(struct client *c, int plus, const char *name, char *transaction, char *customer,
                    char *amount)
{
    struct _ns1__Reverse request = {0};
    struct _ns1__ReverseResponse reply;
    HEAD(c, &request, plus);
    request.TransactionNo = transaction;
    request.CustomerNo = customer;
    request.Amount = amount;
    request.Reason = "收错";
    must(c, soap_call___ns1__Reverse(c->soap, c->url, NULL, &request, &reply));
    printf("%s %d\n", name, reply.ResultCode);
}

static void inquire(struct client *c)
{
    char original[24];
    struct _ns1__InquireTransaction request = {0};
    struct _ns1__InquireTransactionResponse reply;
    snprintf(original, sizeof original, "%lld", c->trace + 2);
    HEAD(c, &request, 11);
    request.__union_InquireTransaction = SOAP_UNION__ns1__union_InquireTransaction_OriginalTraceNo;
    request.union_InquireTransaction.OriginalTraceNo = original;
    must(c, soap_call___ns1__InquireTransaction(c->soap, c->url, NULL, &request, &reply));
    printf("inquire %d\n", reply.ResultCode);
    if (reply.Transaction)
        printf("inquire_state %s\n",
               soap_ns1__TransactionState2s(c->soap, reply.Transaction->State));
}

static void receipt(struct client *c, char *transaction)
{
    struct _ns1__GetReceipt request = {0};
    struct _ns1__GetReceiptResponse reply;
    HEAD(c, &request, 12);
    request.TransactionNo = transaction;
    must(c, soap_call___ns1__GetReceipt(c->soap, c->url, NULL, &request, &reply));
    printf("receipt %d\nprints %d\n", reply.ResultCode, reply.PrintCount ? *reply.PrintCount : 0);
    for (int i = 0; i < reply.__sizeLine; i++)
        printf("line %s\n", reply.Line[i]);
}

/* Takes the totals of the batch as they are told, closes with them, and remits what is due. */
static void close_batch(struct client *c)
{
    struct _ns1__ListBatch list = {0};
    struct _ns1__ListBatchResponse listed;
    struct _ns1__CloseBatch request = {0};
    struct _ns1__CloseBatchResponse reply;
    struct ns1__TotalGiven totals[16] = {{0}};
    HEAD(c, &list, 13);
    must(c, soap_call___ns1__ListBatch(c->soap, c->url, NULL, &list, &listed));
    printf("list %d\nentries %d\n", listed.ResultCode, listed.__sizeEntry);
    for (int i = 0; i < listed.__sizeTotal && i < 16; i++) {
        totals[i].Operation = listed.Total[i].Operation;
        totals[i].Count = listed.Total[i].Count;
        totals[i].Amount = listed.Total[i].Amount;
    }
    HEAD(c, &request, 6);
    request.BatchNo = listed.BatchNo;
    request.Total = totals;
    request.__sizeTotal = listed.__sizeTotal;
    must(c, soap_call___ns1__CloseBatch(c->soap, c->url, NULL, &request, &reply));
    printf("close %d\nagreed %d\n", reply.ResultCode, reply.Agreed && *reply.Agreed);
}

static void remit(struct client *c)
{
    struct _ns1__QueryRemittance query = {0};
    struct _ns1__QueryRemittanceResponse due;
    struct _ns1__SubmitRemittance request = {0};
    struct _ns1__SubmitRemittanceResponse reply;
    HEAD(c, &query, 14);
    must(c, soap_call___ns1__QueryRemittance(c->soap, c->url, NULL, &query, &due));
    printf("remit_query %d\n", due.ResultCode);
    HEAD(c, &request, 7);
    request.Amount = due.Due;
    must(c, soap_call___ns1__SubmitRemittance(c->soap, c->url, NULL, &request, &reply));
    printf("remit %d\nslip %s\n", reply.ResultCode,
           reply.Remittance ? reply.Remittance->RemittanceNo : "-");
}

int main(int argc, char **argv)
{
    char due[32], paid[32], bought[32];
    if (argc != 6)
        return 2;
    soap_ssl_init();
    struct client c = {.soap = soap_new1(SOAP_C_UTFSTRING), .url = argv[1]};
    c.trace = strtoll(argv[5], NULL, 10);
    soap_register_plugin(c.soap, soap_wsse);
    if (soap_ssl_client_context(c.soap, SOAP_SSL_DEFAULT, NULL, NULL, argv[2], NULL, NULL)) {
        soap_print_fault(c.soap, stderr);
        return 1;
    }
    sign_on(&c);
    query(&c, argv[3], due);
    pay(&c, argv[3], due, paid);
    recharge(&c, argv[4], bought);
    confirm(&c, bought);
    reverse(&c, 4, "reverse", paid, argv[3], due);
    reverse(&c, 5, "again", paid, argv[3], due);
    inquire(&c);
    receipt(&c, bought);
    close_batch(&c);
    remit(&c);
    soap_destroy(c.soap);
    soap_end(c.soap);
    soap_free(c.soap);
    return 0;
}
