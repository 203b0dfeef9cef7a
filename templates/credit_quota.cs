<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit_quota.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_quota.where ?>"><a href="/console/credit"><?cs var:W.credit_quota.all ?></a><?cs if:Above.Id ?> / <a href="/console/credit/quota?id=<?cs var:Above.Id ?>"><?cs var:Above.Name ?></a><?cs /if ?></nav>
<h1><?cs var:Org.Name ?> <?cs var:W.credit_quota.title ?></h1>
<section aria-labelledby="s-own"><h2 id="s-own"><?cs var:W.credit_quota.own ?></h2>
<?cs if:Quota.Org ?><dl class="facts"><?cs call:fact(W.credit_quota.by, Quota.Org) ?><div><dt><?cs var:W.credit_quota.granted ?></dt><dd>¥<?cs var:Quota.Granted ?></dd></div><div><dt><?cs var:W.credit_quota.given ?></dt><dd>¥<?cs var:Quota.Given ?></dd></div><div><dt><?cs var:W.credit_quota.left ?></dt><dd>¥<?cs var:Quota.Left ?></dd></div></dl>
<svg class="credit-bar quota-bar" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="<?cs var:W.credit_quota.given ?> <?cs var:Quota.Percent ?>%"><rect class="bar-free" x="0" y="0" width="1000" height="12"/><rect class="bar-used" x="0" y="0" width="<?cs var:Quota.Part ?>" height="12"/></svg>
<?cs else ?><p class="empty"><?cs var:W.credit_quota.none ?> <?cs var:W.credit_quota.given ?> ¥<?cs var:Quota.Given ?></p><?cs /if ?></section>
<section aria-labelledby="s-below"><h2 id="s-below"><?cs var:W.credit_quota.below ?></h2>
<?cs if:subcount(Below) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.credit_quota.name ?></th><th scope="col" class="money"><?cs var:W.credit_quota.granted ?></th><th scope="col" class="money"><?cs var:W.credit_quota.given ?></th></tr></thead>
<tbody><?cs each:b = Below ?><tr><td><a href="/console/credit/quota?id=<?cs var:b.Id ?>"><?cs var:b.Name ?></a></td><td class="money"><?cs if:b.Granted ?>¥<?cs var:b.Granted ?><?cs else ?><span class="none"><?cs var:W.credit_quota.not_set ?></span><?cs /if ?></td><td class="money">¥<?cs var:b.Given ?></td></tr><?cs /each ?></tbody></table></div><?cs if:More ?><p class="why"><?cs var:W.credit_quota.more ?></p><?cs /if ?><?cs else ?><?cs call:empty_plain(W.credit_quota.no_below) ?><?cs /if ?></section>
<section aria-labelledby="s-set"><h2 id="s-set"><?cs var:W.credit_quota.change ?></h2>
<?cs if:May.Set ?><?cs set:action = "/console/credit/quota?id=" + Org.Id ?><?cs call:form_begin(action) ?>
<?cs call:field(Form.granted) ?>
<?cs call:form_end(W.save, "") ?><?cs else ?><p class="why"><?cs var:W.credit_quota.why ?></p><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
