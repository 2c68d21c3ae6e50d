namespace Cano.Integration.Hosting;

/// <summary>A scoped service that can be disposed of asynchronously alone; it marks its scope's begin and
/// end.</summary>
internal sealed class Scoped : IAsyncDisposable
{
    private readonly Numbers _numbers;

    public Scoped(Numbers numbers)
    {
        _numbers = numbers;
        Number = numbers.Next();
        numbers.Trail.Add($"+{Number}");
    }

    /// <summary>Which scope it is of, from 1.</summary>
    public int Number { get; }

    public void Mark(string what) => _numbers.Trail.Add($"{what} in {Number}");

    public async ValueTask DisposeAsync()
    {
        if (!_numbers.DisposesAtOnce)
            await Task.Yield();
        _numbers.Trail.Add($"-{Number}");
        if (_numbers.FailsToDispose)
            throw new IOException("disposal");
    }
}

/// <summary>Counts scopes.</summary>
internal sealed class Numbers
{
    private int _last;

    public Trail Trail { get; } = new();

    public bool FailsToDispose { get; set; }

    /// <summary>A task that asks cannot be made.</summary>
    public bool FailsToMake { get; set; }

    /// <summary>A container goes on elsewhere behind a disposal that does not end at once, and so out of a
    /// simulation.</summary>
    public bool DisposesAtOnce { get; set; }

    /// <summary>The item that fails; 0 for none.</summary>
    public int FailsAt { get; set; }

    public int Next() => Interlocked.Increment(ref _last);
}
