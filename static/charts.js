// Bars from the tables of the page; without this script the tables stand alone.
//
// <canvas data-chart="ID of a table" data-now="…" data-before="…" data-most="…">: a row of its body has
// data-label, data-now and perhaps data-before, in fen; data-most rows are shown, all where it is not given.
'use strict';

(() => {
    const series = [
        // Before and now: light and dark, so that they stay apart in grey.
        { name: 'before', fill: '#dfe9e2', edge: '#7d9487' },
        { name: 'now', fill: '#14532d', edge: '#14532d' },
    ];
    const draw = (canvas) => {
        const rows = [...document.querySelectorAll(`#${canvas.dataset.chart} tbody tr`)]
            .slice(0, Number(canvas.dataset.most) || undefined);
        const bars = ({ name, fill, edge }) => ({
            label: canvas.dataset[name], data: rows.map((row) => Number(row.dataset[name]) / 100),
            backgroundColor: fill, borderColor: edge, borderWidth: 1, maxBarThickness: 32,
        });
        new Chart(canvas, {
            type: 'bar',
            data: {
                labels: rows.map((row) => row.dataset.label),
                datasets: series.filter(({ name }) => canvas.dataset[name]).map(bars),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: { x: { grid: { display: false } }, y: { beginAtZero: true } },
                plugins: { legend: { position: 'top', align: 'end', labels: { boxWidth: 12 } } },
            },
        });
    };
    document.querySelectorAll('[data-chart]').forEach(draw);
})();
