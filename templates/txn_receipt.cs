<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.txn_receipt.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.txn_receipt.back ?>"><a href="/console/txn?id=<?cs var:Txn.Id ?>"><?cs var:W.txn_receipt.back ?> <span class="number"><?cs var:Txn.Number ?></span></a></nav>
<div class="head"><h1><?cs var:W.txn_receipt.title ?></h1>
<div class="actions"><?cs call:button("/console/txn/receipt?id=" + Txn.Id, "", "", W.txn_receipt.count, "btn-main") ?> <button type="button" class="btn btn-sm btn-plain" data-print><?cs var:W.txn_receipt.print ?></button></div></div>
<p class="note"><?cs var:W.txn_receipt.printed ?> <?cs var:Receipt.Prints ?> · <?cs var:W.txn_receipt.how ?></p>
<pre class="receipt" lang="zh-CN"><?cs var:Receipt.Lines ?></pre>
<?cs call:page_end() ?>
