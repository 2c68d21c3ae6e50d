using Cano.Benchmarks.Cluster;

// What several machines cost and give, on a server of its own, figures laid beside each other in one run.
(string Name, Func<Server, Task> Show)[] figures =
[
    ("rows", AppendFigures.ShowAsync),
    ("parked", ParkedFigures.ShowAsync),
    ("takeover", TakeoverFigures.ShowAsync),
    ("signals", SignalFigures.ShowAsync),
    ("grains", GrainFigures.ShowAsync),
];

if (args is [TakeoverFigures.Verb, var connection])
    return await TakeoverFigures.HoldAsync(connection);
if (args.Except(figures.Select(figure => figure.Name)).Any())
{
    await Console.Error.WriteLineAsync(
        $"usage: [{string.Join(" | ", figures.Select(figure => figure.Name))}]…"
    );
    return 2;
}

using var server = await Server.StartAsync();
foreach (var (name, show) in figures)
    if (args.Length == 0 || args.Contains(name))
        await show(server);
return 0;
