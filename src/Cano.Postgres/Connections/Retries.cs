using Npgsql;

namespace Cano.Postgres.Connections;

/// <summary>How often and how long something was tried.</summary>
/// <param name="database">What it is tried on.</param>
/// <param name="patience">How long a database is waited for that does not answer.</param>
/// <param name="span">For how long it is tried again.</param>
internal sealed class Retries(Database database, TimeSpan patience, TimeSpan span)
{
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromSeconds(1);

    private long _since = TimeProvider.System.GetTimestamp();
    private bool _hasTurn;
    private TimeSpan _pause = s_pauseMin;
    private bool _isSecond;

    /// <summary>It was sent, and may have been done.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Whether the time is up. Who stands in line for a connection waits for a database that answers
    /// others.</summary>
    public bool IsOver =>
        TimeProvider.System.GetElapsedTime(_hasTurn ? _since : Math.Max(_since, database.AnsweredAt)) >= span;

    /// <summary>It has its turn: that it stood in line does not count.</summary>
    public void Begin()
    {
        if (!_hasTurn)
            (_hasTurn, _since) = (true, TimeProvider.System.GetTimestamp());
    }

    /// <summary>How long the next try waits for an answer: the first one not for long, for its connection may
    /// be dead; the others as long as there is time, for what is asked may take long.</summary>
    public TimeSpan Limit
    {
        get
        {
            var (some, left) = (patience / 4, patience - TimeProvider.System.GetElapsedTime(_since));
            return _isSecond && left > some ? left : some;
        }
    }

    /// <summary>Returns when it is to be tried again.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it is not.</exception>
    public async ValueTask AgainAsync(
        string doing,
        NpgsqlException failed,
        bool isSent,
        CancellationToken cancel
    )
    {
        if (!Outage.IsPassing(failed) || IsOver)
            throw Database.Failure(doing, failed);
        IsInDoubt |= isSent && !Outage.IsRefusal(failed);
        _isSecond |= isSent;
        await PauseAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask PauseAsync(CancellationToken cancel)
    {
        await Task.Delay(_pause, TimeProvider.System, cancel).ConfigureAwait(false);
        _pause = _pause * 2 < s_pauseMax ? _pause * 2 : s_pauseMax;
    }
}
