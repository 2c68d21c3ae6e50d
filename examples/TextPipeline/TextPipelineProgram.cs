using Spectre.Console;

namespace Cano.Examples.TextPipeline;

/// <summary>The program without its console: arguments in, messages and an exit code out.</summary>
public sealed class TextPipelineProgram(TextWriter output, TextWriter errors)
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;
    public const int Stopped = 130;

    /// <summary>Hears what the run does, beside the screen; nobody unless given.</summary>
    public IWorkflowObserver? Observer { get; init; }

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (arguments.Intersect(["-h", "--help"]).Any())
        {
            await output.WriteLineAsync(PipelineOptions.Usage);
            return Succeeded;
        }

        if (arguments is ["--diagram"])
        {
            // What it would read and write is not in the picture.
            await output.WriteLineAsync(new Pipeline(new("", "", "")).Workflow().ToMermaid());
            return Succeeded;
        }

        try
        {
            var options = PipelineOptions.Parse(arguments);
            if (options.Files() is [])
                throw new UsageException($"there are no files in '{options.Folder}'");
            await using var journal = await FasterCheckpointStore.OpenAsync(
                options.JournalDirectory,
                cancellationToken: cancellationToken
            );
            return await RunAsync(options, journal, cancellationToken);
        }
        catch (UsageException mistake)
        {
            return Tell(mistake.Message, Misused);
        }
        catch (CanoException failure)
        {
            return Tell(failure.Error.Message, Failed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Tell(failure.Message, Failed);
        }
        catch (OperationCanceledException)
        {
            return Tell("stopped before it began", Stopped);
        }
    }

    private async Task<int> RunAsync(
        PipelineOptions options,
        ICheckpointStore journal,
        CancellationToken cancellationToken
    )
    {
        var isResumed = !options.Fresh && await IsUnfinishedAsync(options.RunId, journal, cancellationToken);
        // An id is used once. A run that ended is forgotten by then, unless it was killed at its last step.
        if (!isResumed)
            await journal.ClearAsync(options.RunId, cancellationToken);
        var pipeline = new Pipeline(options);
        var unread = new UnreadFiles();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var workflow = pipeline
            .Workflow()
            .WithCheckpointStore(journal)
            .WithObserver(unread)
            .WithConsoleProgress(console);
        if (Observer is not null)
            workflow = workflow.WithObserver(Observer);

        await output.WriteLineAsync($"Reads {options.Folder}, journaled in {options.JournalDirectory}");
        var outcome = isResumed
            ? await workflow.TryResumeFromAsync(options.RunId, cancellationToken)
            : await workflow.TryOrchestrateAsync(Stage.List, options.RunId, cancellationToken);
        // Files that are no text will not become it: the run would only fail again.
        if (outcome.Case is CanoError { Category: "workflow" })
            await journal.ClearAsync(options.RunId, cancellationToken);
        return outcome.Match(
            Right: _ => Done(options, pipeline.Reported!),
            Left: error => Failure(error, unread)
        );
    }

    private int Failure(CanoError error, UnreadFiles unread) =>
        error.Category switch
        {
            "cancelled" => Tell("stopped; run the same command again to go on", Stopped),
            "workflow" => Tell(
                $"too few files of a round could be read, and nothing is left to do: {unread.Told}",
                Failed
            ),
            _ => Tell($"{error.Message}; run it again to go on, or with --fresh to begin anew", Failed),
        };

    private static async Task<bool> IsUnfinishedAsync(
        string id,
        ICheckpointStore journal,
        CancellationToken cancellationToken
    )
    {
        var run = await journal
            .ListRunsAsync(RunFilter.All with { IdPrefix = id }, cancellationToken)
            .FirstOrDefaultAsync(run => run.RunId == id, cancellationToken);
        if (run is { Status: RunStatus.Damaged })
            throw new UsageException($"the journal is damaged ({run.Damage}); --fresh begins anew");
        // Whoever runs the command again wants the run to go on, however often it was killed at its start.
        return run is { HasEnded: false } or { Status: RunStatus.Failed };
    }

    private int Done(PipelineOptions options, TextCounts counts)
    {
        output.Write(Report.Summary(counts));
        output.WriteLine($"Report: {options.ReportPath}");
        return Succeeded;
    }

    /// <summary>One line, whatever the message holds.</summary>
    private int Tell(string message, int exitCode)
    {
        errors.WriteLine($"TextPipeline: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
