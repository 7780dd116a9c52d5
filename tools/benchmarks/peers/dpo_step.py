"""The step of ../src/dpo-step.ts in PyTorch: the same shape, tokens and predicted positions; prints one JSON object."""

import argparse
import json
import resource
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--layers", type=int, default=30)
parser.add_argument("--steps", type=int, default=4)
parser.add_argument("--tokens", type=int, default=512, help="of each of the two sequences")
parser.add_argument("--predicted", type=int, default=256, help="last tokens of each that are predicted")
parser.add_argument("--bf16", action="store_true", help="products in bfloat16 by autocast")
flags = parser.parse_args()

torch.manual_seed(1)
config = LlamaConfig(
    vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=flags.layers, num_attention_heads=9,
    num_key_value_heads=3, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=100000.0, tie_word_embeddings=True,
)
model = LlamaForCausalLM(config)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.0)
ids = torch.randint(0, config.vocab_size, (2, flags.tokens))
reference = torch.full((2,), -10.0 * flags.predicted)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seconds = []
for _ in range(flags.steps):
    started = time.perf_counter()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=flags.bf16):
        logits = model(ids, logits_to_keep=flags.predicted + 1, use_cache=False).logits[:, :-1]
    logps = torch.log_softmax(logits.float(), -1).gather(-1, ids[:, -flags.predicted :, None]).squeeze(-1).sum(-1)
    margin = (logps - reference)[0] - (logps - reference)[1]
    loss = -torch.nn.functional.logsigmoid(0.1 * margin)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    seconds.append(time.perf_counter() - started)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "peer": f"torch {torch.__version__}", "seconds": seconds[1:], "first": seconds[0], "peakGiB": peak / 2**20, "modelGiB": before / 2**20,
}))
