<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.title_done) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.who ?>"><?cs call:find(1) ?>
<?cs if:Done.Customer ?><dl class="till-facts"><div><dt><?cs var:W.cashier.no ?></dt><dd class="number till-no"><?cs var:Done.Customer ?></dd></div>
<?cs if:Done.Name ?><div><dt><?cs var:W.cashier.name ?></dt><dd class="till-name"><?cs var:Done.Name ?></dd></div><?cs /if ?>
<?cs if:Done.Address ?><div><dt><?cs var:W.cashier.address ?></dt><dd><?cs var:Done.Address ?></dd></div><?cs /if ?>
<?cs if:Done.Meter ?><div><dt><?cs var:W.cashier.meter ?></dt><dd class="number"><?cs var:Done.Meter ?></dd></div><?cs /if ?></dl><?cs /if ?></section>
<section class="till-what" id="result" aria-label="<?cs var:W.cashier.result ?>" data-state="<?cs var:Done.State ?>">
<?cs if:Done.State == "posted" ?><div class="till-result till-posted" role="status"><p class="till-said"><?cs if:Done.IsReversal ?><?cs var:W.cashier.said_reversed ?> ¥<?cs var:Done.Amount ?><?cs else ?><?cs var:W.cashier.said ?> ¥<?cs var:Done.Amount ?><?cs if:Done.Change ?><?cs var:W.cashier.comma ?><?cs var:W.cashier.change ?> ¥<?cs var:Done.Change ?><?cs /if ?><?cs /if ?></p>
<p><?cs if:Done.IsReversal ?><?cs if:Done.BackInCash ?><?cs var:W.cashier.give_back ?><?cs else ?><?cs var:W.cashier.give_back_as_paid ?> <?cs var:Done.Method ?><?cs /if ?> ¥<?cs var:Done.Amount ?><?cs else ?><?cs var:Done.Op ?> · <?cs var:Done.Method ?><?cs if:Done.Tendered ?> · <?cs var:W.cashier.tendered ?> ¥<?cs var:Done.Tendered ?><?cs /if ?><?cs /if ?></p></div>
<?cs elif:Done.State == "doubt" || Done.State == "pending" ?><div class="till-result till-doubt" role="alert"><p class="till-said"><?cs if:Done.IsReversal ?><?cs var:W.cashier.in_doubt_reversal ?><?cs else ?><?cs var:W.cashier.in_doubt ?><?cs /if ?></p>
<p><?cs var:Done.Op ?> <strong>¥<?cs var:Done.Amount ?></strong> · <?cs var:W.cashier.waited ?> <span data-seconds="<?cs var:Done.Seconds ?>"><?cs var:Done.Seconds ?></span> <?cs var:W.cashier.seconds ?></p>
<p><?cs var:W.cashier.tell ?></p><p class="till-quote"><?cs if:Done.IsReversal ?><?cs var:W.cashier.tell_reversal ?><?cs else ?><?cs var:W.cashier.tell_words ?><?cs /if ?></p>
<form method="get" action="/cashier/done"><input type="hidden" name="id" value="<?cs var:Done.Id ?>"><button type="submit" class="btn btn-plain"><?cs var:W.cashier.ask_again ?></button></form></div>
<?cs elif:Done.State == "reversed" || Done.State == "reversing" ?><div class="till-result till-reversed" role="status"><p class="till-said"><?cs var:Done.Word ?> ¥<?cs var:Done.Amount ?></p><p><?cs var:Done.Op ?></p></div>
<?cs elif:Done.State == "declined" ?><div class="till-result till-declined" role="alert"><p class="till-said"><?cs if:Done.IsReversal ?><?cs var:W.cashier.not_reversed ?><?cs else ?><?cs var:W.cashier.not_done ?> ¥<?cs var:Done.Amount ?><?cs /if ?></p>
<p><?cs call:said(Done) ?></p><?cs if:Done.Cash ?><p><?cs var:W.cashier.cash_back ?></p><?cs /if ?>
<p><a class="btn btn-main" href="/cashier?q=<?cs var:Done.Customer ?>"><?cs var:W.cashier.once_more ?></a></p></div>
<?cs else ?><div class="till-result till-declined" role="alert"><p class="till-said"><?cs var:W.cashier.absent ?></p><p><?cs var:W.cashier.absent_help ?></p></div><?cs /if ?>
<?cs if:Done.Number ?><dl class="till-numbers"><div><dt><?cs var:W.cashier.number ?></dt><dd><?cs call:number(Done.Number) ?></dd></div><div><dt><?cs var:W.cashier.at ?></dt><dd><?cs var:Done.At ?></dd></div></dl><?cs /if ?>
<?cs if:Receipt.Lines ?><div class="till-paper" id="paper"><pre class="receipt paper-<?cs var:Receipt.Paper ?><?cs if:Receipt.Prints ?> counted<?cs /if ?>" lang="zh-CN" data-prints="<?cs var:Receipt.Prints ?>"><?cs var:Receipt.Lines ?></pre>
<div class="till-print"><form method="post" action="/cashier/receipt?id=<?cs var:Receipt.Id ?>" data-print-form<?cs if:!Receipt.Prints && Receipt.Paper != "none" ?> data-print-first<?cs /if ?>><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="prints" value="<?cs var:Receipt.Prints ?>"><button type="submit" class="btn btn-plain" data-key="F6"><kbd>F6</kbd> <?cs if:Receipt.Prints ?><?cs var:W.cashier.reprint ?><?cs else ?><?cs var:W.cashier.print ?><?cs /if ?></button></form>
<p class="form-text"><?cs var:W.cashier.printed ?> <span data-printed><?cs var:Receipt.Prints ?></span></p><?cs call:papers() ?></div></div><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
