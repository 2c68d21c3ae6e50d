using System.Globalization;
using Cano.Reliability.Clusters.Processes;
using Cano.Reliability.Refusing;

namespace Cano.Reliability.Children;

/// <summary>What a child does, by its first argument.</summary>
internal static class ChildLine
{
    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["hold", var directory]:
                return await Holder.RunAsync(directory, Console.Out);
            case ["work", var directory, var trial]:
                return await Worker.RunAsync(directory, trial, Console.OpenStandardOutput());
            case ["resume", var directory, var poison]:
                return await Resumer.RunAsync(directory, poison, Console.Out);
            case ["refuse", var from, var until, var seed]:
                return await Refused.RunAsync(Number(from), Number(until), Number(seed), Console.Out);
            case ["leave", var directory, var way, var calls, var busy]:
                return await Leaver.RunAsync(
                    directory,
                    Enum.Parse<LeavingWay>(way),
                    Enum.Parse<CallKinds>(calls),
                    bool.Parse(busy),
                    Console.Out
                );
            case ["pace", var directory, var run, .. var refusal]:
                return await Paced.RunAsync(
                    directory,
                    run,
                    [.. refusal.Select(Number)],
                    Console.In,
                    Console.Out
                );
            case ["node", var settings]:
                return await new NodeProgram(NodeSettings.Of(settings), Console.In, Console.Out).RunAsync();
            default:
                return 2;
        }
    }
}
