namespace Cano.Examples.Expenses;

/// <summary>The program without its console: lines in, lines and an exit code out.</summary>
public sealed class ExpensesProgram(TextWriter output, TextWriter errors)
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    /// <summary>Gives the next line that is typed; null when there is none any more.</summary>
    public required Func<CancellationToken, Task<string?>> ReadLineAsync { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Serves until `quit`, the end of the input, or the token.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        if (arguments.Intersect(["-h", "--help"]).Any())
        {
            await output.WriteLineAsync(Settings.Usage);
            return Succeeded;
        }

        try
        {
            await ServeAsync(Settings.Parse(arguments), stop);
            return Succeeded;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Succeeded;
        }
        catch (MistakeException mistake)
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
    }

    private async Task ServeAsync(Settings settings, CancellationToken stop)
    {
        Directory.CreateDirectory(settings.Folder);
        using var book = new Book(settings.BookPath);
        await using var engine = await CanoEngine.OpenAsync(
            settings.JournalPath,
            new CanoEngineOptions
            {
                Observers = [new Notices(output, Time)],
                TimeProvider = Time,
                // The book tells expenses apart by their ids, so none is ever used twice.
                Retention = Retention.Keep,
            },
            stop
        );
        var bank = new Bank(book, settings.Pace);
        var expenses = new ExpenseWorkflow(bank, settings, output.WriteLine).Workflow();
        engine.Add(expenses);
        var office = new Office(engine, expenses, output, Time);
        output.WriteLine($"Expenses, kept in {settings.Folder}; `help` tells what to type.");
        await office.ListAsync(RunQuery.Unfinished, stop);

        // What the last process left goes on, while new lines come in.
        var resuming = ResumeAsync(engine);
        try
        {
            await new Desk(office, book, output).ServeAsync(ReadLineAsync, stop);
        }
        finally
        {
            // Nothing is undone: the next start goes on with what is left.
            await engine.SuspendAsync(cancellationToken: CancellationToken.None);
            await resuming;
            output.WriteLine("Stopped; the same command goes on.");
        }
    }

    /// <summary>The ends are told by the observer.</summary>
    private static async Task ResumeAsync(CanoEngine engine)
    {
        await foreach (var _ in engine.ResumeAsync()) { }
    }

    /// <summary>One line, whatever the message holds.</summary>
    private int Tell(string message, int exitCode)
    {
        errors.WriteLine($"Expenses: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
