using System.Collections.Concurrent;
using System.Globalization;
using Cano.Reliability.Children;
using Cano.Reliability.Clusters.Processes;

namespace Cano.Reliability.Clusters;

/// <summary>A node's process as who disturbs it has it.</summary>
internal sealed class ClusterNode : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(6);

    private readonly Child _child;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _asked = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _said = [];
    private readonly Task _reading;
    private int _questions;

    public ClusterNode(NodeSettings settings, NodeWay way)
    {
        (Settings, Way) = (settings, way);
        _child = Child.Start(
            new Dictionary<string, string>(),
            ["node", settings.ToText()],
            through: way.Through
        );
        Life = new Life(settings.Name) { Newest = settings.Versions.Max() };
        _reading = Task.Run(ReadAsync);
    }

    public NodeSettings Settings { get; }

    /// <summary>How it reaches the database.</summary>
    public NodeWay Way { get; }

    /// <summary>When it could work, and when not.</summary>
    public Life Life { get; }

    /// <summary>Nothing befalls it now, and it works.</summary>
    public bool IsWell => _ready.Task.IsCompletedSuccessfully && Life.Well > TimeSpan.Zero && !IsGone;

    public bool IsGone => _reading.IsCompleted;

    /// <summary>What it said last that was no answer.</summary>
    public string Said => string.Join('\n', _said);

    public Task ReadyAsync() => Task.WhenAny(_ready.Task, _reading);

    /// <summary>Its answer; null when none comes.</summary>
    public async Task<string?> AskAsync(string question)
    {
        var number = Interlocked.Increment(ref _questions);
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[number] = answer;
        try
        {
            lock (_child)
                _child.Tell(string.Create(CultureInfo.InvariantCulture, $"{number} {question}"));
            return await answer.Task.WaitAsync(s_patience, TimeProvider.System);
        }
        catch (Exception cut) when (cut is TimeoutException or IOException or OperationCanceledException)
        {
            return null;
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    /// <summary>As `kill -9`: it cannot do anything about it.</summary>
    public async Task KillAsync()
    {
        Life.End();
        await _child.KillAsync();
        await _reading;
    }

    /// <summary>Sends it a signal that nobody waits for.</summary>
    public void Send(int signal)
    {
        Life.End();
        _child.Send(signal);
    }

    /// <summary>As a machine that is paused: nothing of it goes on.</summary>
    public void Pause()
    {
        Life.Break();
        _child.Send(Posix.Stop);
    }

    public Task ContinueAsync()
    {
        _child.Send(Posix.Continue);
        Life.Mend();
        return Task.CompletedTask;
    }

    /// <summary>Nothing comes through between it and the database.</summary>
    public async Task CutAsync()
    {
        Life.Break();
        await Way.CutAsync();
    }

    public async Task MendAsync()
    {
        await Way.MendAsync();
        Life.Mend();
    }

    /// <summary>It ends in order.</summary>
    public async Task LeaveAsync()
    {
        Life.End();
        lock (_child)
            _child.Tell("stop");
        await _reading.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
    }

    public void Dispose()
    {
        _child.Dispose();
        Way.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _child.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                Life.Begin();
                _ready.TrySetResult();
            }
            else if (
                line.Split(' ', 2) is [var number, var answer]
                && int.TryParse(number, CultureInfo.InvariantCulture, out var asked)
                && _asked.TryRemove(asked, out var waiting)
            )
                waiting.TrySetResult(answer);
            else
                Heard(line);
        }

        foreach (var waiting in _asked.Values)
            waiting.TrySetCanceled();
    }

    private void Heard(string line)
    {
        _said.Enqueue(line);
        if (_said.Count > 20)
            _said.TryDequeue(out _);
    }
}
