<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Title) ?>
<?cs def:change(p) ?><?cs if:p.Percent ?><span class="change change-<?cs var:p.Way ?>"><?cs var:p.Percent ?></span><?cs else ?>–<?cs /if ?><?cs /def ?>
<?cs def:pick(f) ?><div class="filter"><label for="f-<?cs var:f.Name ?>"><?cs var:f.Label ?></label>
<select class="form-select form-select-sm" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>"><?cs each:c = f.Choice ?><option value="<?cs var:c.Value ?>"<?cs if:c.Selected ?> selected<?cs /if ?>><?cs var:c.Label ?></option><?cs /each ?></select><?cs if:f.Error ?><div class="invalid-feedback d-block"><?cs var:f.Error ?></div><?cs /if ?></div><?cs /def ?>
<?cs def:count(n, href) ?><?cs if:href && n != "0" ?><a href="<?cs var:url_validate(href) ?>"><?cs var:n ?></a><?cs else ?><?cs var:n ?><?cs /if ?><?cs /def ?>
<?cs def:sums(p) ?><td class="money"><?cs call:count(p.Sales, p.Txns) ?></td><td class="money">¥<?cs var:p.Amount ?></td><td class="money"><?cs call:count(p.Reversals, p.TxnsBack) ?></td><td class="money">¥<?cs var:p.Reversed ?></td><td class="money"><strong>¥<?cs var:p.Net ?></strong></td><td class="money"><?cs if:p.Share ?><?cs var:p.Share ?><?cs else ?>–<?cs /if ?></td><td class="money">¥<?cs var:p.Before ?></td><td class="money">¥<?cs var:p.Change ?></td><td class="money"><?cs call:change(p) ?></td><?cs /def ?>
<?cs if:subcount(Above) > 1 ?><nav class="crumbs" aria-label="<?cs var:W.stats.where ?>"><?cs each:a = Above ?><?cs if:a.Below ?><a href="<?cs var:url_validate(a.Below) ?>"><?cs var:a.Name ?></a> / <?cs else ?><?cs var:a.Name ?><?cs /if ?><?cs /each ?></nav><?cs /if ?>
<div class="head"><h1><?cs var:Title ?></h1><?cs call:exports() ?></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filter(Form.org) ?>
<?cs call:pick(Form.grain) ?>
<?cs call:pick(Form.versus) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<p class="asked"><?cs var:From ?> – <?cs var:To ?> <span class="note"><?cs var:W.stats.beside ?> <?cs var:BeforeFrom ?> – <?cs var:BeforeTo ?><?cs if:Late ?> · <?cs var:W.stats.late ?><?cs /if ?></span></p>
<?cs if:subcount(Line) > 0 ?>
<div class="cards three">
<section class="tile" aria-labelledby="t-net"><h2 id="t-net"><?cs var:W.stats.net ?></h2><p class="big">¥<?cs var:Total.Net ?><?cs if:Total.Percent ?> <?cs call:change(Total) ?><?cs /if ?></p><p><?cs var:W.stats.before_net ?> ¥<?cs var:Total.Before ?></p></section>
<section class="tile" aria-labelledby="t-sales"><h2 id="t-sales"><?cs var:W.stats.sales ?></h2><p class="big"><?cs call:count(Total.Sales, Total.Txns) ?></p><p>¥<?cs var:Total.Amount ?></p></section>
<section class="tile" aria-labelledby="t-back"><h2 id="t-back"><?cs var:W.stats.reversals ?></h2><p class="big"><?cs call:count(Total.Reversals, Total.TxnsBack) ?></p><p>¥<?cs var:Total.Reversed ?></p></section>
</div>
<section aria-labelledby="s-lines"><h2 id="s-lines"><?cs var:By ?></h2>
<div class="sheet" tabindex="0"><table class="table" id="lines"><thead><tr><th scope="col"><?cs var:By ?></th><th scope="col" class="money"><?cs var:W.stats.sales ?></th><th scope="col" class="money"><?cs var:W.stats.amount ?></th><th scope="col" class="money"><?cs var:W.stats.reversals ?></th><th scope="col" class="money"><?cs var:W.stats.reversed ?></th><th scope="col" class="money"><?cs var:W.stats.net ?></th><th scope="col" class="money"><?cs var:W.stats.share ?></th><th scope="col" class="money"><?cs var:W.stats.before_net ?></th><th scope="col" class="money"><?cs var:W.stats.change ?></th><th scope="col" class="money"><?cs var:W.stats.percent ?></th></tr></thead><tbody>
<?cs each:l = Line ?><tr data-label="<?cs var:l.Name ?>" data-now="<?cs var:l.Fen ?>" data-before="<?cs var:l.FenBefore ?>"><th scope="row"><?cs if:l.Below ?><a href="<?cs var:url_validate(l.Below) ?>"><?cs var:l.Name ?></a><?cs elif:l.Txns ?><a href="<?cs var:url_validate(l.Txns) ?>"><?cs var:l.Name ?></a><?cs else ?><?cs var:l.Name ?><?cs /if ?><?cs if:l.Code ?> <span class="number note"><?cs var:l.Code ?></span><?cs /if ?></th><?cs call:sums(l) ?></tr>
<?cs /each ?></tbody><tfoot><?cs if:Others.Count ?><tr><th scope="row"><?cs var:W.stats.others ?> <?cs var:Others.Count ?></th><?cs call:sums(Others) ?></tr><?cs /if ?><tr><th scope="row"><?cs var:W.stats.total ?></th><?cs call:sums(Total) ?></tr></tfoot></table></div></section>
<div class="by-hour">
<div class="charts"><section class="chart" aria-labelledby="c-time"><h2 id="c-time"><?cs var:W.stats.over_time ?></h2><div class="canvas"><canvas data-chart="points" data-now="<?cs var:W.stats.net ?>" aria-hidden="true"></canvas></div></section>
<section class="chart" aria-labelledby="c-lines"><h2 id="c-lines"><?cs var:By ?> <?cs var:W.stats.yuan ?></h2><div class="canvas"><canvas data-chart="lines" data-most="12" data-now="<?cs var:W.stats.now ?>" data-before="<?cs var:W.stats.before_net ?>" aria-hidden="true"></canvas></div></section></div>
<div class="sheet hours tall" tabindex="0"><table class="table" id="points"><caption class="visually-hidden"><?cs var:W.stats.over_time ?></caption><thead><tr><th scope="col"><?cs var:W.stats.period ?></th><th scope="col" class="money"><?cs var:W.stats.sales ?></th><th scope="col" class="money"><?cs var:W.stats.reversals ?></th><th scope="col" class="money"><?cs var:W.stats.net ?></th></tr></thead><tbody>
<?cs each:p = Point ?><tr data-label="<?cs var:p.Label ?>" data-now="<?cs var:p.Fen ?>"><th scope="row" class="number"><?cs var:p.Period ?></th><td class="money"><?cs call:count(p.Sales, p.Txns) ?></td><td class="money"><?cs call:count(p.Reversals, p.TxnsBack) ?></td><td class="money">¥<?cs var:p.Net ?></td></tr>
<?cs /each ?></tbody></table></div>
</div>
<script src="/assets/chart.min.js" defer></script>
<script src="/static/charts.js" defer></script>
<?cs else ?><p class="empty"><?cs var:W.stats.empty ?></p><?cs /if ?>
<?cs call:page_end() ?>
