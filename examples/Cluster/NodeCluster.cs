using System.Diagnostics;
using System.Globalization;

namespace Cano.Examples.Nodes;

/// <summary>Three processes, who are told what to start, and killed when somebody says so.</summary>
internal sealed class NodeCluster(string connection, TextWriter output) : IAsyncDisposable
{
    private const int Runs = 12;

    private readonly Process?[] _nodes = new Process?[3];
    private readonly Task[] _heard = new Task[3];
    private readonly HashSet<string> _there = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _batch = TimeProvider
        .System.GetLocalNow()
        .ToString("HHmmss", CultureInfo.InvariantCulture);

    public async Task<int> RunAsync(TextReader input)
    {
        for (var number = 1; number <= _nodes.Length; number++)
            Start(number);
        await AskAsync();
        var reading = ReadAsync(input);
        if (await Task.WhenAny(_over.Task, reading) == reading && await reading)
            return 0;
        // Without anybody at the keyboard it goes on to the end.
        await _over.Task;
        output.WriteLine($"all {Runs} are there");
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<Process>())
        {
            node.StandardInput.Close();
            await node.WaitForExitAsync();
            node.Dispose();
        }
    }

    /// <summary>Whether somebody wants to quit; false: nobody types any more.</summary>
    private async Task<bool> ReadAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
            switch (line.Split(' '))
            {
                case ["quit"]:
                    return true;
                case ["kill", var number] when Find(number) is { } at && _nodes[at - 1] is { } node:
                    node.Kill();
                    await node.WaitForExitAsync();
                    await _heard[at - 1];
                    node.Dispose();
                    _nodes[at - 1] = null;
                    output.WriteLine($"node-{at}  is dead");
                    await AskAsync();
                    break;
                case ["start", var number] when Find(number) is { } at && _nodes[at - 1] is null:
                    Start(at);
                    await AskAsync();
                    break;
                default:
                    output.WriteLine("kill N, start N or quit; N is 1, 2 or 3");
                    break;
            }

        return false;
    }

    /// <summary>Asks for all runs, of those that live by turns. One that died may not have heard it; asking
    /// for a run that is there starts none.</summary>
    private async Task AskAsync()
    {
        Process[] living = [.. _nodes.OfType<Process>()];
        for (var run = 0; run < Runs && living.Length > 0; run++)
            await living[run % living.Length].StandardInput.WriteLineAsync($"{_batch}-{run}");
    }

    private static int? Find(string number) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out var at) && at is >= 1 and <= 3 ? at : null;

    private void Start(int number)
    {
        var program = Environment.ProcessPath!;
        var isDotnet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] self = isDotnet ? [typeof(NodeCluster).Assembly.Location] : [];
        var node = Process.Start(
            new ProcessStartInfo(program, [.. self, "node", $"node-{number}", connection])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        node.StandardInput.AutoFlush = true;
        _nodes[number - 1] = node;
        _heard[number - 1] = Task.Run(() => HearAsync(node.StandardOutput));
    }

    private async Task HearAsync(StreamReader said)
    {
        while (await said.ReadLineAsync() is { } line)
            lock (_there)
            {
                output.WriteLine(line);
                if (line.EndsWith(Parcels.End, StringComparison.Ordinal) && _there.Add(line.Split("  ")[1]))
                    if (_there.Count == Runs)
                        _over.TrySetResult();
            }
    }
}
