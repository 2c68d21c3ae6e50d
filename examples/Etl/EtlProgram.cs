using System.Globalization;
using Spectre.Console;

namespace Cano.Examples.Etl;

/// <summary>The program without its console: arguments in, messages and an exit code out.</summary>
public sealed class EtlProgram(TextWriter output, TextWriter errors)
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;
    public const int Stopped = 130;

    private const string RunId = "import";

    private const string Usage = """
        Brings ten thousand sales from a shop into a warehouse. Killed or stopped, it goes on when it is run again.

        Usage: Etl [FOLDER] [--pace MS]

          FOLDER     where journal, files and warehouse lie; artifacts/etl unless given
          --pace MS  pauses at each hundred sales, for demonstrations: it leaves time to kill the program
        """;

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var pace = 0;
        string[] folder = [];
        if (arguments is [.. var before, "--pace", var span])
        {
            if (!int.TryParse(span, NumberStyles.None, CultureInfo.InvariantCulture, out pace))
                return Tell($"--pace takes a whole number of milliseconds, and '{span}' is none", Misused);
            folder = before;
        }
        else
            folder = arguments;
        if (folder is ["-h" or "--help"])
        {
            await output.WriteLineAsync(Usage);
            return Succeeded;
        }

        if (folder is not ([] or [not ("" or ['-', ..])]))
            return Tell($"one folder, and perhaps a pace; what is '{folder[^1]}'? see --help", Misused);
        var path = Path.GetFullPath(folder is [var given] ? given : Path.Combine("artifacts", "etl"));
        try
        {
            return await ImportAsync(path, TimeSpan.FromMilliseconds(pace), cancellationToken);
        }
        catch (CanoException failure)
        {
            return Tell(failure.Error.Message, Failed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Tell(failure.Message, Failed);
        }
    }

    private async Task<int> ImportAsync(string folder, TimeSpan pace, CancellationToken cancellationToken)
    {
        await using var journal = await FasterCheckpointStore.OpenAsync(
            Path.Combine(folder, "journal"),
            cancellationToken: CancellationToken.None
        );
        var staging = new Staging(Path.Combine(folder, "staging"));
        var warehouse = new Warehouse(Path.Combine(folder, "warehouse.db"));
        var workflow = Import
            .Workflow(staging, warehouse, pace)
            .WithCheckpointStore(journal)
            .WithConsoleProgress(
                AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) })
            );
        var isUnderWay = await journal
            .ListRunsAsync(RunFilter.Unfinished, CancellationToken.None)
            .AnyAsync(run => run.RunId == RunId, CancellationToken.None);
        var ended = isUnderWay
            ? await workflow.TryResumeFromAsync(RunId, cancellationToken)
            : await workflow.TryOrchestrateAsync(Phase.Fetch, RunId, cancellationToken);
        return ended.Match(Right: _ => Done(staging, warehouse), Left: Failure);
    }

    private int Failure(CanoError error) =>
        error.Category == "cancelled"
            ? Tell("stopped; run the same command again to go on", Stopped)
            : Tell($"{error.Message}; run it again to go on", Failed);

    private int Done(Staging staging, Warehouse warehouse)
    {
        foreach (var (sku, sales, count, cents) in warehouse.Totals())
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sku, -8}{sales, 8:N0} sales{count, 10:N0} pieces{cents / 100m, 16:N2}"
                )
            );
        output.WriteLine(
            $"Rejected: {File.ReadLines(staging.RejectedFile).Count()}, see {staging.RejectedFile}"
        );
        return Succeeded;
    }

    private int Tell(string message, int exitCode)
    {
        errors.WriteLine($"Etl: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
