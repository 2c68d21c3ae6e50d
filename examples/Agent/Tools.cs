using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>Something that the model may want used.</summary>
public interface ITool
{
    string Name { get; }

    /// <summary>Whether a person is asked first.</summary>
    bool ReachesOutside { get; }

    /// <param name="arguments">What the model gave.</param>
    /// <param name="key">The same however often this use of it is begun.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the model is told.</returns>
    /// <exception cref="ToolException">What the model is told instead.</exception>
    Task<string> UseAsync(string arguments, string key, CancellationToken cancellationToken);
}

/// <summary>A tool could not do what the model wanted. It is no failure of the run: the model hears of
/// it.</summary>
public sealed class ToolException(string message) : Exception(message);

/// <summary>"calculate (12 + 30) / 2".</summary>
public sealed class Calculate : ITool
{
    public string Name => "calculate";

    public bool ReachesOutside => false;

    public Task<string> UseAsync(string arguments, string key, CancellationToken cancellationToken) =>
        Task.FromResult(new Sum(arguments).Evaluate());
}

/// <summary>"read numbers.txt".</summary>
public sealed class ReadFile(Files files) : ITool
{
    private const int LengthMax = 1000;

    public string Name => "read";

    public bool ReachesOutside => false;

    public async Task<string> UseAsync(string arguments, string key, CancellationToken cancellationToken)
    {
        var path = files.PathOf(arguments);
        if (!File.Exists(path))
            throw new ToolException($"there is no file '{arguments}'");
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        return text[..Math.Min(text.Length, LengthMax)].Trim().ReplaceLineEndings(" ");
    }
}

/// <summary>"write sum.txt The sum is 42." Done twice it is as if done once.</summary>
public sealed class WriteFile(Files files) : ITool
{
    public string Name => "write";

    public bool ReachesOutside => true;

    public async Task<string> UseAsync(string arguments, string key, CancellationToken cancellationToken)
    {
        if (arguments.Split(' ', 2) is not [var name, var text])
            throw new ToolException("write takes a file and a text");
        var path = files.PathOf(name);
        // A process that dies leaves the file as it was, or all of the text.
        await File.WriteAllTextAsync($"{path}.new", $"{text}\n", cancellationToken);
        File.Move($"{path}.new", path, overwrite: true);
        return "written";
    }
}

/// <summary>"mail ada The sum is 42." Done twice it would be two letters: whoever carries it knows it by its
/// key.</summary>
public sealed class Mail(Ledger outbox, TimeSpan pace) : ITool
{
    public string Name => "mail";

    public bool ReachesOutside => true;

    public async Task<string> UseAsync(string arguments, string key, CancellationToken cancellationToken)
    {
        if (arguments.Split(' ', 2) is not [var who, var text])
            throw new ToolException("mail takes a name and a text");
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        outbox.Write(key, $"to {who}: {text}");
        // Sent it is, whether or not the answer arrives.
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        return "sent";
    }
}

/// <summary>The one folder that tools reach.</summary>
public sealed record Files(string Folder)
{
    /// <exception cref="ToolException">It is not the name of a file of this folder.</exception>
    public string PathOf(string name) =>
        name is not ("" or "." or "..")
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
            ? Path.Combine(Folder, name)
            : throw new ToolException($"'{name}' is no name of a file");
}
