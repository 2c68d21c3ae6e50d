namespace Cano.Examples.Terminal;

/// <summary>A program without its console: lines in, lines and an exit code out.</summary>
/// <param name="name">How it calls itself when it tells of an error.</param>
/// <param name="usage">What `--help` prints.</param>
/// <param name="output">Where it writes.</param>
/// <param name="errors">Where it tells why it ends with another code than 0.</param>
public abstract class TerminalProgram(string name, string usage, TextWriter output, TextWriter errors)
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    /// <summary>Gives the next line that is typed; null when there is none any more.</summary>
    public required Func<CancellationToken, Task<string?>> ReadLineAsync { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    protected TextWriter Output => output;

    /// <summary>Serves until `quit`, the end of the input, or the token.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        if (arguments.Intersect(["-h", "--help"]).Any())
        {
            await output.WriteLineAsync(usage);
            return Succeeded;
        }

        try
        {
            await ServeAsync(arguments, stop);
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

    /// <summary>Opens what the arguments say, and then a desk.</summary>
    protected abstract Task ServeAsync(IReadOnlyList<string> arguments, CancellationToken stop);

    /// <summary>Has a desk obey while the engine works.</summary>
    protected async Task ServeAsync(CanoEngine engine, Desk desk, CancellationToken stop)
    {
        // What the last process left goes on, while new lines come in.
        var resuming = ResumeAsync(engine);
        try
        {
            await desk.ServeAsync(stop);
        }
        finally
        {
            // Nothing is undone: the next start goes on with what is left.
            await engine.SuspendAsync(cancellationToken: CancellationToken.None);
            await resuming;
            output.WriteLine("Stopped; the same command goes on.");
        }
    }

    /// <summary>The ends are told by an observer.</summary>
    private static async Task ResumeAsync(CanoEngine engine)
    {
        await foreach (var _ in engine.ResumeAsync()) { }
    }

    /// <summary>One line, whatever the message holds.</summary>
    private int Tell(string message, int exitCode)
    {
        errors.WriteLine($"{name}: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
