"""A language model small enough to be built, and taught a little, by a test."""

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

SENTENCES = [
    f"{who} {what} {when}."
    for who in ("my parcel", "the bus", "our order", "your letter", "[first name 1]", "the lamp")
    for what in ("is late", "came broken", "was lost", "works well", "has arrived")
    for when in ("today", "again", "this week", "since monday")
]


def tokenizer():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "</s>", "<pad>"]
    trainer = trainers.BpeTrainer(vocab_size=340, special_tokens=special, initial_alphabet=letters, show_progress=False)
    made.train_from_iterator(SENTENCES, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>")


def model(kind, tokens):
    ends = {"vocab_size": tokens, "bos_token_id": 0, "eos_token_id": 1, "initializer_range": 0.3}  # else never sure
    if kind == "gpt2":
        return GPT2LMHeadModel(GPT2Config(n_embd=32, n_layer=2, n_head=2, n_positions=128, **ends))
    return LlamaForCausalLM(
        LlamaConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
            max_position_embeddings=128, **ends,
        )
    )  # fmt: skip


def teach(net, spell, steps):
    """Sentences without any context, so that the model knows words and ends."""
    rows = [[0, *spell(text)["input_ids"], 1] for text in SENTENCES]
    tokens = torch.tensor([row + [1] * (max(map(len, rows)) - len(row)) for row in rows])
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    chosen = np.random.default_rng(0)
    for _ in range(steps):
        batch = tokens[chosen.integers(len(tokens), size=32)]
        logits = net(input_ids=batch[:, :-1]).logits
        torch.autograd.backward(torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten()))
        optimizer.step()
        optimizer.zero_grad()


def build(folder, kind="llama", steps=0, seed=0):
    """Save a base: its folder, as text. It has five tokens more than its tokenizer, as many models have."""
    spell = tokenizer()
    spell.save_pretrained(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = model(kind, len(spell) + 5)
        teach(net, spell, steps)
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    net.eval().save_pretrained(folder)
    if shown:
        logging.enable_progress_bar()
    return str(folder)
