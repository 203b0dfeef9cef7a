<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Asked.Kind) ?>
<nav class="crumbs" aria-label="<?cs var:W.approval.where ?>"><a href="/console/approvals"><?cs var:W.approval.all ?></a></nav>
<div class="head"><h1><?cs var:Asked.Kind ?> <?cs call:state(Asked.StateKind, Asked.State) ?></h1>
<?cs if:May.Withdraw ?><div class="actions"><?cs set:withdraw = "/console/approval/withdraw?id=" + Asked.Id ?><?cs call:button(withdraw, "", "", W.approval.withdraw, "btn-danger-plain") ?></div><?cs /if ?></div>
<?cs if:FormError && !May.Decide ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?>
<?cs if:WhyNot ?><p class="why"><?cs var:WhyNot ?></p><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:W.approval.object ?></dt><dd><?cs if:Asked.AccountId ?><a href="/console/credit/account?id=<?cs var:Asked.AccountId ?>"><?cs var:Asked.Object ?></a><?cs elif:Asked.ItemId ?><a class="number" href="/console/item?id=<?cs var:Asked.ItemId ?>"><?cs var:Asked.Object ?></a><?cs elif:Asked.TxnId ?><a class="number" href="/console/txn?id=<?cs var:Asked.TxnId ?>"><?cs var:Asked.Object ?></a><?cs elif:Asked.DayOrg ?><a href="/console/day?id=<?cs var:Asked.DayOrg ?>&amp;date=<?cs var:Asked.DayDate ?>"><?cs var:Asked.Object ?></a><?cs else ?><?cs var:Asked.Object ?><?cs /if ?></dd></div>
<?cs call:fact(W.approval.org, Asked.Org) ?>
<?cs call:fact(W.approval.maker, Asked.Maker) ?>
<?cs call:fact(W.approval.at, Asked.At) ?>
<?cs call:fact(W.approval.until, Asked.Until) ?>
<?cs call:fact(W.approval.reason, Asked.Reason) ?>
<?cs if:Asked.DecidedAt ?><?cs call:fact(W.approval.checker, Asked.Checker) ?><?cs call:fact(W.approval.decided_at, Asked.DecidedAt) ?><?cs call:fact(W.approval.its_note, Asked.Note) ?><?cs /if ?>
</dl>
<section aria-labelledby="s-asked"><h2 id="s-asked"><?cs var:W.approval.asked ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.approval.what ?></th><th scope="col" class="money"><?cs var:W.approval.before ?></th><th scope="col" class="money"><?cs var:W.approval.after ?></th></tr></thead>
<tbody><?cs each:f = Asked.Figure ?><tr><th scope="row"><?cs var:f.Name ?></th><td class="money"><?cs if:f.Before ?>¥<?cs var:f.Before ?><?cs else ?><span class="none">–</span><?cs /if ?></td><td class="money"><strong><?cs if:f.Plain ?><?cs var:f.Plain ?><?cs else ?>¥<?cs var:f.After ?><?cs /if ?></strong></td></tr><?cs /each ?></tbody></table></div></section>
<?cs if:May.Decide ?><section aria-labelledby="s-decide"><h2 id="s-decide"><?cs var:W.approval.decide ?></h2>
<?cs set:action = "/console/approval?id=" + Asked.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.note) ?>
<div class="form-end"><button type="submit" class="btn btn-main" name="decision" value="approve"><?cs var:W.approval.approve ?></button> <button type="submit" class="btn btn-danger-plain" name="decision" value="refuse"><?cs var:W.approval.refuse ?></button></div>
</form></section><?cs /if ?>
<?cs call:page_end() ?>
