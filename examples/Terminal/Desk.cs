namespace Cano.Examples.Terminal;

/// <summary>Reads what is typed and has it done. A mistake is told in one line, and the next line is
/// read.</summary>
/// <param name="output">Where answers go.</param>
/// <param name="help">A line for each command, which begins with its name.</param>
public abstract class Desk(TextWriter output, IReadOnlyList<string> help)
{
    /// <summary>Gives the next line that is typed; null when there is none any more.</summary>
    public required Func<CancellationToken, Task<string?>> ReadLineAsync { get; init; }

    protected TextWriter Output => output;

    /// <summary>Obeys line by line until `quit` or `exit`, the last line, or the token.</summary>
    public async Task ServeAsync(CancellationToken stop)
    {
        while (await ReadLineAsync(stop) is { } line && line.Trim() is not ("quit" or "exit"))
            await TryAsync(line, stop);
    }

    /// <summary>Does what one line says, which is neither empty nor a word for leaving or help.</summary>
    protected abstract Task ObeyAsync(string[] words, CancellationToken stop);

    /// <summary>What to say of a line that means nothing: how its command is meant, if there is
    /// one.</summary>
    protected MistakeException NotUnderstood(string[] words) =>
        new(
            help.FirstOrDefault(line => line.StartsWith($"{words[0]} ", StringComparison.Ordinal))
                ?? $"what is '{words[0]}'? See help"
        );

    private async Task TryAsync(string line, CancellationToken stop)
    {
        try
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["help" or "?"])
                foreach (var told in help)
                    output.WriteLine(told);
            else if (words.Length > 0)
                await ObeyAsync(words, stop);
        }
        catch (MistakeException mistake)
        {
            output.WriteLine(mistake.Message);
        }
        catch (CanoException refused)
        {
            output.WriteLine(refused.Error.Message.ReplaceLineEndings(" "));
        }
    }
}
