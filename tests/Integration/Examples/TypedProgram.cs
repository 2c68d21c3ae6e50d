using System.Text;
using System.Threading.Channels;
using Cano.Examples.Terminal;

namespace Cano.Integration.Examples;

/// <summary>Somebody at the prompt of an example, in this process.</summary>
internal sealed class TypedProgram : TextWriter
{
    private const string Mark = "no-command";

    private readonly Channel<string> _typed = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _printed = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _ended;

    /// <param name="make">Makes the program from where it writes and from what gives it lines.</param>
    /// <param name="arguments">Its command line.</param>
    public TypedProgram(
        Func<TextWriter, Func<CancellationToken, Task<string?>>, TerminalProgram> make,
        params string[] arguments
    ) => _ended = make(this, ReadLineAsync).RunAsync(arguments, _stop.Token);

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => _printed.Writer.TryWrite(value ?? "");

    /// <summary>Types lines, and reads on until a line has these words in it.</summary>
    public async Task HearAsync(string words, params string[] typed)
    {
        foreach (var line in typed)
            _typed.Writer.TryWrite(line);
        var heard = new List<string>();
        try
        {
            do heard.Add(await NextAsync());
            while (!heard[^1].Contains(words, StringComparison.Ordinal));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"'{words}' was not heard, but:\n{string.Join('\n', heard)}");
        }
    }

    /// <summary>Types lines, and reads all that is printed until they have been obeyed.</summary>
    public async Task<IReadOnlyList<string>> AnswerAsync(params string[] typed)
    {
        foreach (var line in typed.Append(Mark))
            _typed.Writer.TryWrite(line);
        var printed = new List<string>();
        while (await NextAsync() is var line && !line.Contains(Mark, StringComparison.Ordinal))
            printed.Add(line);
        return printed;
    }

    /// <summary>The input is over.</summary>
    public Task<int> EndAsync()
    {
        _typed.Writer.TryComplete();
        return _ended.Soon();
    }

    /// <summary>Ctrl-C.</summary>
    public Task<int> StopAsync()
    {
        _stop.Cancel();
        return _ended.Soon();
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private Task<string> NextAsync() => _printed.Reader.ReadAsync().AsTask().Soon();

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _typed.Reader.WaitToReadAsync(cancellationToken)
            ? await _typed.Reader.ReadAsync(cancellationToken)
            : null;
}
