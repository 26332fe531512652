"""Runs Meta's Python implementation beside ours: python3 reference.py CHECKOUT encode|full|lora SIDE PICTURES.

Prints 'ready' when the model is there. Then every line on standard input runs the work once; the answer is its duration in
seconds. The end of the input ends the program. ViT-B with random weights, float32, two threads. 'full' and 'lora' are a
training step on pictures with a box each: mask loss (20 focal + dice), gradients, AdamW; LoRA has rank 8 on query and value
in all blocks.
"""
import functools
import sys
import time
import types

import torch
from torch import nn
from torch.nn import functional as F

RANK = 8


def load_package(checkout):
    # The package's own __init__ asks for torchvision, which the model does not need.
    package = types.ModuleType("segment_anything")
    package.__path__ = [f"{checkout}/segment_anything"]
    sys.modules["segment_anything"] = package


class LoraQueryValue(nn.Module):
    def __init__(self, fused):
        super().__init__()
        self.fused, width = fused, fused.in_features
        self.down = nn.ModuleList([nn.Linear(width, RANK, bias=False) for _ in range(2)])
        self.up = nn.ModuleList([nn.Linear(RANK, width, bias=False) for _ in range(2)])

    def forward(self, x):
        y = self.fused(x)
        width = x.shape[-1]
        y[..., :width] += self.up[0](self.down[0](x))
        y[..., -width:] += self.up[1](self.down[1](x))
        return y


def build(side):
    from segment_anything.modeling.image_encoder import ImageEncoderViT
    from segment_anything.modeling.mask_decoder import MaskDecoder
    from segment_anything.modeling.prompt_encoder import PromptEncoder
    from segment_anything.modeling.transformer import TwoWayTransformer

    encoder = ImageEncoderViT(
        depth=12, embed_dim=768, img_size=side, mlp_ratio=4, norm_layer=functools.partial(nn.LayerNorm, eps=1e-6), num_heads=12,
        patch_size=16, qkv_bias=True, use_rel_pos=True, global_attn_indexes=[2, 5, 8, 11], window_size=14, out_chans=256)
    prompts = PromptEncoder(embed_dim=256, image_embedding_size=(side // 16, side // 16), input_image_size=(side, side), mask_in_chans=16)
    decoder = MaskDecoder(
        num_multimask_outputs=3, transformer=TwoWayTransformer(depth=2, embedding_dim=256, mlp_dim=2048, num_heads=8),
        transformer_dim=256, iou_head_depth=3, iou_head_hidden_dim=256)
    return encoder, prompts, decoder


def mask_loss(logits, truth):
    p = torch.sigmoid(logits)
    cross_entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    focal = (cross_entropy * (1 - (p * truth + (1 - p) * (1 - truth))) ** 2).mean()
    p, truth = p.flatten(1), truth.flatten(1)
    dice = 1 - (2 * (p * truth).sum(-1) + 1) / (p.sum(-1) + truth.sum(-1) + 1)
    return 20 * focal + dice.mean()


def training_step(side, pictures, lora):
    encoder, prompts, decoder = build(side)
    if lora:
        for module in (encoder, prompts, decoder):
            module.requires_grad_(False)
        for block in encoder.blocks:
            block.attn.qkv = LoraQueryValue(block.attn.qkv)
    trained = [p for m in (encoder, prompts, decoder) for p in m.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-5)
    images = torch.randn(pictures, 3, side, side)
    boxes = torch.tensor([[side / 4, side / 4, side / 2, side / 2]]).expand(pictures, 4)
    truth = torch.zeros(pictures, 1, side // 4, side // 4)
    truth[:, :, side // 16:side // 8, side // 16:side // 8] = 1

    def step():
        embeddings = encoder(images)
        masks = []
        for i in range(pictures):
            sparse, dense = prompts(points=None, boxes=boxes[i:i + 1], masks=None)
            masks.append(decoder(embeddings[i:i + 1], prompts.get_dense_pe(), sparse, dense, False)[0])
        loss = mask_loss(torch.cat(masks), truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def encoding(side, pictures):
    encoder = build(side)[0]
    image = torch.randn(pictures, 3, side, side)

    def encode():
        with torch.no_grad():
            encoder(image)

    return encode


def main():
    checkout, work, side, pictures = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(2)
    torch.manual_seed(0)
    load_package(checkout)
    run = encoding(side, pictures) if work == "encode" else training_step(side, pictures, work == "lora")
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(time.perf_counter() - start, flush=True)


main()
