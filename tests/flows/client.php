<?php
// A terminal in PHP, from the WSDL alone: client.php WSDL CERTIFICATE BILL_CUSTOMER CARD_CUSTOMER TRACE
// Prints `name value` lines, which test_clients.py looks at.

declare(strict_types=1);

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';

// PHP has no WS-Security of its own: these ten lines are all it takes (doc/terminal.md).
function security(string $terminal, string $secret): SoapHeader
{
    $nonce = random_bytes(16);
    $created = gmdate('Y-m-d\TH:i:s\Z');
    $digest = base64_encode(sha1($nonce . $created . $secret, true));
    $xml = '<w:Security xmlns:w="' . WSSE . 'wssecurity-secext-1.0.xsd" xmlns:u="' . WSSE . 'wssecurity-utility-1.0.xsd">'
        . '<w:UsernameToken><w:Username>' . $terminal . '</w:Username>'
        . '<w:Password Type="' . WSSE . 'username-token-profile-1.0#PasswordDigest">' . $digest . '</w:Password>'
        . '<w:Nonce EncodingType="' . WSSE . 'soap-message-security-1.0#Base64Binary">' . base64_encode($nonce) . '</w:Nonce>'
        . '<u:Created>' . $created . '</u:Created></w:UsernameToken></w:Security>';
    return new SoapHeader(WSSE . 'wssecurity-secext-1.0.xsd', 'Security', new SoapVar($xml, XSD_ANYXML));
}

function call(SoapClient $client, string $operation, int $trace, array $fields = []): stdClass
{
    $client->__setSoapHeaders(security('T0000001', 'demo-secret-1'));
    $head = ['TerminalNo' => 'T0000001', 'OperatorNo' => '900001', 'TraceNo' => (string)$trace,
        'SentAt' => gmdate('Y-m-d\TH:i:s\Z')];
    return $client->__soapCall($operation, [$head + $fields]);
}

function show(string $name, mixed $value): void
{
    echo $name, ' ', $value, "\n";
}

[, $wsdl, $certificate, $bill, $card, $trace] = $argv;
$trace = (int)$trace;
$client = new SoapClient($wsdl, [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'exceptions' => true,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'stream_context' => stream_context_create(['ssl' => ['cafile' => $certificate]]),
]);

$reply = call($client, 'SignOn', $trace);
show('sign_on', $reply->ResultCode);
show('batch', $reply->BatchNo);

$reply = call($client, 'QueryCustomer', $trace + 10, ['CustomerNo' => $bill]);
$due = 0;
foreach ($reply->Bill as $one) {
    $due += (int)round((float)$one->Amount * 100);
}
$due = sprintf('%d.%02d', intdiv($due, 100), $due % 100);
show('name', $reply->Customer->Name);
show('due', $due);

$paid = call($client, 'PayBill', $trace + 1, ['CustomerNo' => $bill, 'Amount' => $due, 'PaymentMethod' => 'cash']);
show('pay', $paid->ResultCode);
show('pay_receipt', $paid->ReceiptNo);

$bought = call($client, 'Recharge', $trace + 2, ['CustomerNo' => $card, 'Amount' => '50.00', 'PaymentMethod' => 'cash',
    'Card' => ['CardNo' => 'C' . $card, 'MeterNo' => 'M' . $card, 'PurchaseCount' => 1, 'ReturnFile' => '01',
        'Random' => '00000000000000A1']]);
show('recharge', $bought->ResultCode);
show('count', $bought->CardWrite->PurchaseCount);
show('mac1', $bought->CardWrite->Mac1);

$reply = call($client, 'ConfirmCard', $trace + 3, ['TransactionNo' => $bought->TransactionNo, 'Written' => true]);
show('confirm', $reply->ResultCode);

$back = ['TransactionNo' => $paid->TransactionNo, 'CustomerNo' => $bill, 'Amount' => $due, 'Reason' => '收错'];
show('reverse', call($client, 'Reverse', $trace + 4, $back)->ResultCode);
show('again', call($client, 'Reverse', $trace + 5, $back)->ResultCode);

$reply = call($client, 'InquireTransaction', $trace + 11, ['OriginalTraceNo' => (string)($trace + 2)]);
show('inquire', $reply->ResultCode);
show('inquire_state', $reply->Transaction->State);

$reply = call($client, 'GetReceipt', $trace + 12, ['TransactionNo' => $bought->TransactionNo]);
show('receipt', $reply->ResultCode);
show('prints', $reply->PrintCount);
foreach ($reply->Line as $line) {
    show('line', $line);
}

$list = call($client, 'ListBatch', $trace + 13);
show('list', $list->ResultCode);
show('entries', count($list->Entry));
$totals = array_map(fn ($t) => ['Operation' => $t->Operation, 'Count' => $t->Count, 'Amount' => $t->Amount], $list->Total);
$reply = call($client, 'CloseBatch', $trace + 6, ['BatchNo' => $list->BatchNo, 'Total' => $totals]);
show('close', $reply->ResultCode);
show('agreed', (int)$reply->Agreed);

$reply = call($client, 'QueryRemittance', $trace + 14);
show('remit_query', $reply->ResultCode);
$reply = call($client, 'SubmitRemittance', $trace + 7, ['Amount' => $reply->Due]);
show('remit', $reply->ResultCode);
show('slip', isset($reply->Remittance) ? $reply->Remittance->RemittanceNo : '-');
