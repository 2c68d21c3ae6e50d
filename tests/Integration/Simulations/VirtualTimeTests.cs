using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>The clock of the tests.</summary>
public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "F24")]
    public void The_clock_does_not_go_back_when_a_timer_advances_it_further()
    {
        var seen = new List<DateTimeOffset>();
        var start = _time.GetUtcNow();
        using var timer = _time.CreateTimer(
            _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                seen.Add(_time.GetUtcNow());
            },
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan
        );
        _time.Advance(TimeSpan.FromSeconds(2));
        seen.Add(_time.GetUtcNow());
        Assert.Equal([start.AddSeconds(11), start.AddSeconds(11)], seen);
    }

    [Fact]
    [Trait("ID", "F24")]
    public async Task The_clock_does_not_go_back_when_two_threads_advance_it()
    {
        var start = _time.GetUtcNow();
        using var fires = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        using var timer = _time.CreateTimer(
            _ =>
            {
                fires.Set();
                goesOn.Wait();
            },
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan
        );
        var slow = Task.Run(() => _time.Advance(TimeSpan.FromSeconds(2)));
        fires.Wait();
        _time.Advance(TimeSpan.FromSeconds(10));
        goesOn.Set();
        await slow;
        Assert.Equal(start.AddSeconds(11), _time.GetUtcNow());
    }
}
