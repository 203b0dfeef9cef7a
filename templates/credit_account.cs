<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Account.Owner) ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_account.where ?>"><a href="/console/credit"><?cs var:W.credit_account.all ?></a><?cs if:Account.OrgId ?> / <a href="/console/org?id=<?cs var:Account.OrgId ?>"><?cs var:Account.Org ?></a><?cs /if ?></nav>
<div class="head"><h1><?cs var:Account.Owner ?> <?cs call:account_state(Account) ?></h1>
<?cs if:May.Grant ?><div class="actions">
<a class="btn btn-sm btn-main" href="/console/credit/limit?id=<?cs var:Account.Id ?>"><?cs var:W.credit_account.change ?></a>
<a class="btn btn-sm btn-plain" href="/console/credit/business?id=<?cs var:Account.Id ?>"><?cs var:W.credit_account.by_business ?></a>
<a class="btn btn-sm btn-plain" href="/console/credit/permit?id=<?cs var:Account.Id ?>"><?cs var:W.credit_account.permit ?></a>
<a class="btn btn-sm btn-plain" href="/console/credit/deposit?id=<?cs var:Account.Id ?>"><?cs var:W.credit_account.pay_in ?></a>
<a class="btn btn-sm <?cs if:Account.Suspended ?>btn-plain<?cs else ?>btn-danger-plain<?cs /if ?>" href="/console/credit/suspend?id=<?cs var:Account.Id ?>"><?cs if:Account.Suspended ?><?cs var:W.credit_account.resume ?><?cs else ?><?cs var:W.credit_account.suspend ?><?cs /if ?></a>
</div><?cs /if ?></div>
<div class="credit" id="live-credit" data-live>
<p class="credit-left"><span><?cs var:W.credit_account.available ?></span> <strong>¥<?cs var:Account.Available ?></strong></p>
<?cs call:credit_bar(Account) ?>
<ul class="legend"><li><span class="key key-used" aria-hidden="true"></span><?cs var:W.credit_account.unremitted ?> ¥<?cs var:Account.Unremitted ?></li><li><span class="key key-held" aria-hidden="true"></span><?cs var:W.credit_account.held ?> ¥<?cs var:Account.Held ?></li><li><span class="key" aria-hidden="true"></span><?cs var:W.credit_account.all_of ?> ¥<?cs var:Account.Limit ?> + <?cs var:W.credit_account.deposit ?> ¥<?cs var:Account.Deposit ?></li></ul>
</div>
<dl class="facts">
<?cs call:fact(W.credit_account.kind, Account.Kind) ?>
<div><dt><?cs var:W.credit_account.code ?></dt><dd><?cs if:Account.UserId ?><a class="number" href="/console/user?id=<?cs var:Account.UserId ?>"><?cs var:Account.Code ?></a><?cs else ?><span class="number"><?cs var:Account.Code ?></span><?cs /if ?></dd></div>
<?cs call:fact(W.credit_account.org, Account.Org) ?>
<div><dt><?cs var:W.credit_account.limit ?></dt><dd>¥<?cs var:Account.Limit ?></dd></div>
<div><dt><?cs var:W.credit_account.deposit ?></dt><dd>¥<?cs var:Account.Deposit ?></dd></div>
<div><dt><?cs var:W.credit_account.limit_txn ?></dt><dd><?cs if:Account.LimitTxn ?>¥<?cs var:Account.LimitTxn ?><?cs else ?><span class="none"><?cs var:W.no_limit ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.credit_account.limit_day ?></dt><dd><?cs if:Account.LimitDay ?>¥<?cs var:Account.LimitDay ?><?cs else ?><span class="none"><?cs var:W.no_limit ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.credit_account.warn ?></dt><dd><?cs var:Account.Warn ?>%</dd></div>
<div><dt><?cs var:W.credit_account.second ?></dt><dd>¥<?cs var:Second ?></dd></div>
</dl>
<?cs if:subcount(Limit) > 0 ?><section aria-labelledby="s-limits"><h2 id="s-limits"><?cs var:W.credit_account.by_business ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.credit_account.business ?></th><th scope="col" class="money"><?cs var:W.credit_account.limit_txn ?></th><th scope="col" class="money"><?cs var:W.credit_account.limit_day ?></th></tr></thead>
<tbody><?cs each:l = Limit ?><tr><td><?cs var:l.Op ?></td><td class="money"><?cs if:l.Txn ?>¥<?cs var:l.Txn ?><?cs else ?><?cs var:W.no_limit ?><?cs /if ?></td><td class="money"><?cs if:l.Day ?>¥<?cs var:l.Day ?><?cs else ?><?cs var:W.no_limit ?><?cs /if ?></td></tr><?cs /each ?></tbody></table></div></section><?cs /if ?>
<section aria-labelledby="s-quota"><h2 id="s-quota"><?cs var:W.credit_account.quota ?></h2>
<?cs if:Account.OrgId ?><p class="why"><a href="/console/credit/quota?id=<?cs var:Account.OrgId ?>"><?cs var:W.credit_account.quotas ?></a></p><?cs /if ?><?cs if:Quota.Org ?><dl class="facts"><?cs call:fact(W.credit_account.quota_org, Quota.Org) ?>
<div><dt><?cs var:W.credit_account.granted ?></dt><dd>¥<?cs var:Quota.Granted ?></dd></div>
<div><dt><?cs var:W.credit_account.given ?></dt><dd>¥<?cs var:Quota.Given ?></dd></div>
<div><dt><?cs var:W.credit_account.left ?></dt><dd>¥<?cs var:Quota.Left ?></dd></div></dl><?cs else ?><?cs call:empty_plain(W.credit_account.no_quota) ?><?cs /if ?></section>
<?cs if:subcount(Asked) > 0 ?><section aria-labelledby="s-asked"><h2 id="s-asked"><?cs var:W.credit_account.waiting ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.credit_account.what ?></th><th scope="col"><?cs var:W.credit_account.asked ?></th><th scope="col"><?cs var:W.credit_account.reason ?></th><th scope="col"><?cs var:W.when ?></th></tr></thead>
<tbody><?cs each:a = Asked ?><tr><td><a href="/console/approval?id=<?cs var:a.Id ?>"><?cs var:a.Kind ?></a></td><td><?cs call:figures(a) ?></td><td class="text"><?cs var:a.Reason ?></td><td class="time"><?cs var:a.At ?></td></tr><?cs /each ?></tbody></table></div></section><?cs /if ?>
<section aria-labelledby="s-permits"><h2 id="s-permits"><?cs var:W.credit_account.permits ?></h2>
<?cs if:subcount(Permit) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.credit_account.customer ?></th><th scope="col" class="money"><?cs var:W.credit_account.amount ?></th><th scope="col"><?cs var:W.credit_account.state ?></th><th scope="col"><?cs var:W.credit_account.until ?></th><th scope="col"><?cs var:W.credit_account.reason ?></th></tr></thead>
<tbody><?cs each:p = Permit ?><tr><td class="number"><?cs var:p.Customer ?></td><td class="money">¥<?cs var:p.Amount ?></td><td><?cs if:p.Txn ?><?cs call:state("posted", W.credit_account.used) ?> <span class="number"><?cs var:p.Txn ?></span><?cs elif:p.Over ?><?cs call:state("declined", W.credit_account.over) ?><?cs else ?><?cs call:state("pending", W.credit_account.open) ?><?cs /if ?></td><td class="time"><?cs var:p.Until ?></td><td class="text"><?cs var:p.Reason ?></td></tr><?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.credit_account.no_permits) ?><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
