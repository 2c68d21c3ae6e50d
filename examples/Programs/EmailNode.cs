namespace Cano.Examples.Programs;

/// <summary>States may be strings: a mail is sent, and sent again when the server was busy.</summary>
public static class EmailNode
{
    private sealed record Mail(string To, string Subject);

    /// <summary>A server that is busy at first.</summary>
    private sealed class MailServer
    {
        private int _calls;

        public bool TryAccept(Mail mail) => mail.To.Contains('@') && ++_calls > 1;
    }

    public static async Task RunAsync(TextWriter output)
    {
        var resources = new Resources()
            .Insert("mail", new Mail("ada@example.org", "Your order"))
            .Insert("server", new MailServer());
        var workflow = Workflow
            .Create<string>(resources)
            .Register("send", new Sending())
            // "retry" is a state like any other: a busy server is part of the plan, not an error.
            .Register(
                "retry",
                _ =>
                {
                    output.WriteLine("busy, once more");
                    return "send";
                }
            )
            .AddExitState("complete");

        output.WriteLine(await workflow.OrchestrateAsync("send"));
    }

    private sealed class Sending : INode<string, (Mail Mail, MailServer Server), bool>
    {
        public ValueTask<(Mail Mail, MailServer Server)> PrepAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new((context.Get<Mail>("mail"), context.Get<MailServer>("server")));

        public ValueTask<bool> ExecAsync(
            (Mail Mail, MailServer Server) prep,
            CancellationToken cancellationToken
        ) => new(prep.Server.TryAccept(prep.Mail));

        public ValueTask<string> PostAsync(
            TaskContext context,
            bool exec,
            CancellationToken cancellationToken
        ) => new(exec ? "complete" : "retry");
    }
}
