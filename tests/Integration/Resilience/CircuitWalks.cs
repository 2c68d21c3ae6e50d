using Cano.Kernel;
using Xunit.Abstractions;

namespace Cano.Integration.Resilience;

/// <summary>The decisions of the circuit beside a reference that keeps everything and counts anew each
/// time.</summary>
public sealed class CircuitWalks(ITestOutputHelper output)
{
    [Fact]
    [Trait("ID", "N1"), Trait("ID", "N2"), Trait("ID", "N3"), Trait("ID", "N4"), Trait("ID", "N5")]
    [Trait("ID", "N6"), Trait("ID", "Z18")]
    public void A_circuit_decides_as_a_naive_one_does() =>
        new Walks(output, 2000).Take(
            [
                "opened",
                "closed again",
                "opened again by a trial",
                "late answer",
                "trial refused",
                "trial withdrawn",
            ],
            Walk
        );

    private static void Walk(Random random, Action<string> met)
    {
        var reset = TimeSpan.FromTicks(random.Next(6));
        var policy = new CircuitPolicy(random.Next(1, 4), reset, random.Next(1, 4));
        var naive = new NaiveCircuit(policy);
        var breaker = Circuit.Closed;
        var held = new List<(long Epoch, NaiveCircuit.Session Session)>();
        for (var (step, now) = (0, 0L); step < 60; step++, now += random.Next(3))
        {
            var before = breaker.State;
            if (held.Count == 0 || random.Next(5) < 2)
            {
                var admission = Circuit.Acquire(policy, now, breaker);
                breaker = admission.Breaker;
                Assert.Equal(naive.TryAcquire(now), admission.IsAdmitted);
                if (admission.IsAdmitted)
                    held.Add((breaker.Epoch, naive.Now));
                else if (breaker.State == CircuitState.HalfOpen)
                    met("trial refused");
            }
            else
            {
                var answer = (Answer)random.Next(3);
                var index = random.Next(held.Count);
                var (epoch, session) = held[index];
                held.RemoveAt(index);
                var isTrial = session == naive.Now && before == CircuitState.HalfOpen;
                if (session != naive.Now)
                    met("late answer");
                if (isTrial && answer == Answer.Withdrawn)
                    met("trial withdrawn");
                naive.Hear(session, answer, now);
                breaker = Told(policy, breaker, epoch, answer, now);
            }

            Assert.Equal(naive.Now.State, breaker.State);
            Describe(before, breaker.State, met);
        }
    }

    private static Breaker Told(CircuitPolicy policy, Breaker breaker, long epoch, Answer answer, long now) =>
        answer switch
        {
            Answer.Succeeded => Circuit.Succeeded(policy, epoch, breaker),
            Answer.Failed => Circuit.Failed(policy, epoch, now, breaker),
            _ => Circuit.Released(epoch, breaker),
        };

    private static void Describe(CircuitState before, CircuitState after, Action<string> met)
    {
        if (before == CircuitState.Closed && after == CircuitState.Open)
            met("opened");
        if (before == CircuitState.HalfOpen && after == CircuitState.Open)
            met("opened again by a trial");
        if (before == CircuitState.HalfOpen && after == CircuitState.Closed)
            met("closed again");
    }

    private enum Answer
    {
        Succeeded,
        Failed,
        Withdrawn,
    }

    private sealed class NaiveCircuit(CircuitPolicy policy)
    {
        public Session Now { get; private set; } = new(CircuitState.Closed, 0);

        public bool TryAcquire(long now)
        {
            if (Now.State == CircuitState.Open && now - Now.Since >= policy.ResetTimeout!.Value.Ticks)
                Now = new Session(CircuitState.HalfOpen, now);
            var underWay = Now.Admitted - Now.Answers.Count;
            var admitted =
                Now.State == CircuitState.Closed
                || (Now.State == CircuitState.HalfOpen && underWay < policy.HalfOpenMaxCalls);
            if (admitted)
                Now.Admitted++;
            return admitted;
        }

        public void Hear(Session session, Answer answer, long now)
        {
            session.Answers.Add(answer);
            if (session != Now)
                return;
            var decisive = Now.Answers.Where(each => each != Answer.Withdrawn).Reverse().ToList();
            var failuresInARow = decisive.TakeWhile(each => each == Answer.Failed).Count();
            var successes = decisive.Count(each => each == Answer.Succeeded);
            var trial = Now.State == CircuitState.HalfOpen;
            if (failuresInARow >= (trial ? 1 : policy.FailureThreshold))
                Now = new(CircuitState.Open, now);
            else if (trial && successes >= policy.HalfOpenMaxCalls)
                Now = new(CircuitState.Closed, now);
        }

        /// <summary>What happened between two changes of state.</summary>
        public sealed class Session(CircuitState state, long since)
        {
            public CircuitState State => state;

            public long Since => since;

            public int Admitted { get; set; }

            public List<Answer> Answers { get; } = [];
        }
    }
}
